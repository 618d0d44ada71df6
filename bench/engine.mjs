// The engine against transformers.js on the same graphs, machine, frames and prompts, tick by tick in turns; and against what the machine
// can do at best. A tick is one new picture and an answer of a fixed number of tokens, with all pictures and answers before it in the prompt.
import { stat } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { measureLimits } from './limits.mjs';
import { benchLong, longRows } from './long.mjs';
import { openPeer } from './peer.mjs';
import { makeRandomModel } from './random-model.mjs';
import { openStreamer } from './streamer.mjs';
import { cpuNow, median } from './support.mjs';

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
  ticks: 5,
  measured: 2,
  tokens: 16,
  portable: false,
};

export async function benchEngine({ hours }) {
  // First, while nothing else has filled the memory that it measures.
  const long = await benchLong({ hours, runtime: 'fast' });
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
  const booth = await openStreamer(folder, 'fast');
  const portable = shape.portable ? await openStreamer(folder, 'portable') : undefined;
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
      const answer = await withCpu(() => booth.answer(start, sight, after, tokens));
      const same = portable && (await withCpu(() => portable.answer(start, sight, after, tokens)));
      if (tick >= ticks - measured) {
        const theirs = await withCpu(() => peer.answer(prompt, pixels, tokens));
        times.booth.push(answer);
        if (same !== undefined) times.portable.push(same);
        times.peer.push(theirs);
        if ([theirs, same ?? theirs].every(({ ids }) => ids.join() === answer.ids.join())) equal += 1;
      }
      prompt.push(...answer.ids);
    }
    const of = (side, what) => median(times[side].map((each) => each[what]));
    const perSecond = (side) => ((tokens - 1) * 1_000) / of(side, 'decodeMs');
    return {
      peer: peer.version,
      tickTimeRatio: of('booth', 'tickMs') / of('peer', 'tickMs'),
      firstTokenRatio: of('booth', 'firstMs') / of('peer', 'firstMs'),
      decodeRatio: perSecond('booth') / perSecond('peer'),
      decodeCpuRatio: of('peer', 'decodeCpuMs') / of('booth', 'decodeCpuMs'),
      tickCpuRatio: of('booth', 'cpuMs') / of('peer', 'cpuMs'),
      portableTickTimeRatio: shape.portable ? of('portable', 'tickMs') / of('peer', 'tickMs') : null,
      equalAnswers: equal / times.peer.length,
      promptTokens: prompt.length,
      ms: Object.fromEntries(
        Object.keys(times).map((side) => [
          side,
          { tick: of(side, 'tickMs'), first: of(side, 'firstMs'), decode: of(side, 'decodeMs') },
        ]),
      ),
      tokensPerSecond: { booth: perSecond('booth'), peer: perSecond('peer') },
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

/** Processor time of all threads: it says the same on a machine that others use as well. */
async function withCpu(work) {
  const startedAt = cpuNow();
  const result = await work();
  return { ...result, cpuMs: cpuNow() - startedAt };
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
  const { ms, weights, prefill, tokensPerSecond } = result;
  const bytes = weights * 4 * tokensPerSecond.booth;
  const flop = (2 * weights * prefill.tokens) / (prefill.ms / 1_000);
  const share = (value) => `${(value * 100).toFixed(0)} %`;
  const giga = (value) => (value / 1e9).toFixed(1);
  return [
    [`${name}: time per tick`, ratio(result.tickTimeRatio, ms.booth.tick, ms.peer.tick)],
    ['  processor time per tick', result.tickCpuRatio.toFixed(3)],
    ['  processor time per token', (1 / result.decodeCpuRatio).toFixed(3)],
    ...(result.portableTickTimeRatio === null
      ? []
      : [
          [
            '  with the portable runtime',
            ratio(result.portableTickTimeRatio, ms.portable.tick, ms.peer.tick),
          ],
        ]),
    ['  first token', ratio(result.firstTokenRatio, ms.booth.first, ms.peer.first)],
    [
      '  decode',
      `${result.decodeRatio.toFixed(2)} × (${tokensPerSecond.booth.toFixed(0)} against ${tokensPerSecond.peer.toFixed(0)} tokens/s)`,
    ],
    ['  equal answers', share(result.equalAnswers)],
    [
      '  decode, of memory bandwidth',
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

/** A picture that no other tick has. */
function pattern({ width, height }, tick) {
  const pixels = Uint8Array.from(
    { length: width * height * 3 },
    (_, at) => (at * 7 + (at >> 8) * tick * 13 + tick * 101) & 255,
  );
  return { width, height, pixels };
}
