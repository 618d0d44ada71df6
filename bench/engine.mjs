// The engine against transformers.js on the same graphs, machine, frames and prompts, tick by tick in turns; and against what the machine
// can do at best. A tick is one new picture and an answer of a fixed number of tokens, with all pictures and answers before it in the prompt.
import { stat } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { DEFAULTS } from '../dist/config.js';
import { measureLimits } from './limits.mjs';
import { longRows } from './long.mjs';
import { benchLongAlone } from './long-alone.mjs';
import { openPeer } from './peer.mjs';
import { makeRandomModel } from './random-model.mjs';
import { openStreamer } from './streamer.mjs';
import { median } from './support.mjs';

const KICKABOUT = fileURLToPath(new URL('../models/kickabout/hub', import.meta.url));

/** What is compared. `around` and `pad`: ids before, for and after a picture; `storedBytes`: of one weight in the decoder's file. */
const BUNDLED = {
  name: 'bundled model',
  kind: 'Qwen2_5_VLForConditionalGeneration',
  picture: { width: 224, height: 128 },
  prefix: '<|im_start|>system\nCommentate.<|im_end|>\n<|im_start|>assistant\n',
  around: ({ config }) => [[config.vision_start_token_id], [config.vision_end_token_id]],
  storedBytes: 2,
  // Its window holds 10 to 20 ticks.
  ticks: 20,
  measured: 10,
  tokens: 16,
  portable: true,
};
const RANDOM = {
  name: 'SmolVLM-256M shape',
  kind: 'SmolVLMForConditionalGeneration',
  picture: { width: 512, height: 512 },
  prefix: '<|im_start|>User:',
  around: ({ tokenizer }) => {
    const [fake, global] = ['<fake_token_around_image>', '<global-img>'].map((token) => tokenizer.id(token));
    return [[fake, global], [fake]];
  },
  storedBytes: 2,
  // A clip of some frames: short, since the peer encodes all of them each time.
  ticks: 8,
  measured: 6,
  tokens: 16,
  portable: false,
};

const { lookahead: LOOKAHEAD } = DEFAULTS.decoding;

export async function benchEngine({ hours = 2 }) {
  const long = await benchLongAlone({ hours, runtime: 'fast' });
  const limits = await measureLimits();
  const bundled = await compare(KICKABOUT, BUNDLED);
  const made = await makeRandomModel();
  const random = made.folder === undefined ? null : await compare(made.folder, RANDOM).finally(made.remove);
  const rows = [
    ...rowsOf(BUNDLED, bundled, limits),
    ...(random === null ? [[RANDOM.name, made.reason]] : rowsOf(RANDOM, random, limits)),
    ...longRows(long),
  ];
  const numbers = { tickTimeRatio: bundled.tickTimeRatio, limits, bundled, random, long };
  return { title: `engine: Booth ÷ transformers.js ${bundled.peer}`, rows, numbers };
}

/** Runs both, in turns; the history is Booth's own answers, which the peer is given as ids. */
async function compare(folder, shape) {
  const { kind, picture, prefix, around, storedBytes, ticks, measured, tokens } = shape;
  const booth = await openStreamer(folder, 'fast', LOOKAHEAD);
  const portable = shape.portable ? await openStreamer(folder, 'portable', LOOKAHEAD) : undefined;
  const peer = await openPeer(folder, kind);
  const { config } = booth.model.folder;
  const [before, after] = around({ config, tokenizer: booth.model.tokenizer });
  const opening = booth.model.tokenizer.encode(prefix);
  const prompt = [...opening];
  const pixels = [];
  const times = { booth: [], peer: [], ...(portable && { portable: [] }) };
  let equal = 0;
  try {
    for (let tick = 0; tick < ticks; tick += 1) {
      const sight = booth.sight(pattern(picture, tick));
      pixels.push(...sight.runs);
      const start = tick === 0 ? [...opening, ...before] : before;
      prompt.push(...before, ...Array(sight.blocks[0].tokens).fill(config.image_token_id), ...after);
      const compared = tick >= ticks - measured;
      const answer = await booth.answer(start, sight, after, tokens, compared);
      const same = portable && (await portable.answer(start, sight, after, tokens, false));
      if (compared) {
        const theirs = await peer.answer(prompt, pixels, tokens);
        times.booth.push(answer);
        if (same !== undefined) times.portable.push(same);
        times.peer.push(theirs);
        if ([theirs, answer.single, same ?? theirs].every(({ ids }) => ids.join() === answer.ids.join()))
          equal += 1;
      }
      prompt.push(...answer.ids);
    }
    const of = (side, what) => median(times[side].map((each) => each[what]));
    // Of each tick, since the two sides of one were measured one after the other: what else the machine does, changes more slowly.
    const ratioOf = (what, side = 'booth') =>
      median(times[side].map((each, at) => each[what] / times.peer[at][what]));
    // A rate is all tokens over all their time: how many of a tick's guesses were right is luck.
    const single = times.booth.map((each) => each.single);
    const total = (answers, what) => answers.reduce((all, each) => all + each[what], 0);
    const peerOver = (answers, what, ofPeer) => total(times.peer, ofPeer) / total(answers, what);
    const perSecond = (answers, what) => (answers.length * (tokens - 1) * 1_000) / total(answers, what);
    const sum = (what) => total(times.booth, what);
    return {
      peer: peer.version,
      tickTimeRatio: ratioOf('tickMs'),
      firstTokenRatio: ratioOf('firstMs'),
      decodeRatio: peerOver(times.booth, 'decodeMs', 'decodeMs'),
      decodeCpuRatio: peerOver(times.booth, 'decodeCpuMs', 'decodeCpuMs'),
      singleDecodeRatio: peerOver(single, 'ms', 'decodeMs'),
      singleDecodeCpuRatio: peerOver(single, 'cpuMs', 'decodeCpuMs'),
      guesses: { made: sum('guessed'), right: sum('right'), tokens: times.booth.length * (tokens - 1) },
      tickCpuRatio: ratioOf('cpuMs'),
      portableTickTimeRatio: shape.portable ? ratioOf('tickMs', 'portable') : null,
      equalAnswers: equal / times.peer.length,
      promptTokens: prompt.length,
      ms: Object.fromEntries(
        Object.keys(times).map((side) => [
          side,
          { tick: of(side, 'tickMs'), first: of(side, 'firstMs'), decode: of(side, 'decodeMs') },
        ]),
      ),
      tokensPerSecond: {
        booth: perSecond(times.booth, 'decodeMs'),
        single: perSecond(single, 'ms'),
        peer: perSecond(times.peer, 'decodeMs'),
      },
      weights: await decoderWeights(booth.model, storedBytes),
      prefill: {
        ms: of('booth', 'prefillMs'),
        tokens: before.length + after.length + 1 + sightTokens(booth, picture),
      },
    };
  } finally {
    await Promise.all([booth.close(), portable?.close(), peer.close()]);
  }
}

function sightTokens(booth, picture) {
  return booth.sight(pattern(picture, 0)).blocks[0].tokens;
}

/** Weights of the decoder; the runtime computes with 4 bytes each, whatever the file holds. */
async function decoderWeights({ folder }, storedBytes) {
  const path = folder.graphs.decoder_model_merged;
  const files = await Promise.all(
    [path, `${path}_data`].map((file) => stat(file).catch(() => ({ size: 0 }))),
  );
  return files.reduce((sum, { size }) => sum + size, 0) / storedBytes;
}

function rowsOf({ name }, result, limits) {
  const { ms, weights, prefill, tokensPerSecond, guesses } = result;
  const bytes = weights * 4 * tokensPerSecond.single;
  const flop = (2 * weights * prefill.tokens) / (prefill.ms / 1_000);
  const share = (value) => `${(value * 100).toFixed(0)} %`;
  const giga = (value) => (value / 1e9).toFixed(1);
  return [
    [`${name}: time per tick`, ratio(result.tickTimeRatio, ms.booth.tick, ms.peer.tick)],
    ['  processor time per tick', result.tickCpuRatio.toFixed(3)],
    ['  processor time per token', (1 / result.decodeCpuRatio).toFixed(3)],
    ['  without lookahead', (1 / result.singleDecodeCpuRatio).toFixed(3)],
    ...(result.portableTickTimeRatio === null
      ? []
      : [
          [
            '  with the portable runtime',
            ratio(result.portableTickTimeRatio, ms.portable.tick, ms.peer.tick),
          ],
        ]),
    ['  first token', ratio(result.firstTokenRatio, ms.booth.first, ms.peer.first)],
    ['  decode', faster(result.decodeRatio, tokensPerSecond.booth, tokensPerSecond.peer)],
    [
      '  decode, without lookahead',
      faster(result.singleDecodeRatio, tokensPerSecond.single, tokensPerSecond.peer),
    ],
    ['  guesses that were right', `${guesses.right} of ${guesses.made}, for ${guesses.tokens} tokens`],
    ['  equal answers', share(result.equalAnswers)],
    [
      '  without it, of memory bandwidth',
      `${giga(bytes)} of ${giga(limits.bytesPerSecond)} GB/s, ${share(bytes / limits.bytesPerSecond)}`,
    ],
    [
      '  prefill, of the matrix peak',
      `${giga(flop)} of ${giga(limits.flopPerSecond)} GFLOP/s, ${share(flop / limits.flopPerSecond)}`,
    ],
  ];
}

function ratio(value, booth, peer) {
  return `${value.toFixed(3)} (${booth.toFixed(1)} against ${peer.toFixed(1)} ms)`;
}

function faster(value, booth, peer) {
  return `${value.toFixed(2)} × (${booth.toFixed(0)} against ${peer.toFixed(0)} tokens/s)`;
}

/** A picture that no other tick has. */
function pattern({ width, height }, tick) {
  const pixels = Uint8Array.from(
    { length: width * height * 3 },
    (_, at) => (at * 7 + (at >> 8) * tick * 13 + tick * 101) & 255,
  );
  return { width, height, pixels };
}
