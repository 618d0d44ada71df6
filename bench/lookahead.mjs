// What looking ahead is worth in commentary: the bundled match by the bundled model, each line decoded with and without it.

import { fileURLToPath } from 'node:url';
import { DEFAULTS } from '../dist/config.js';
import { openRuntime } from '../dist/onnx/choose-runtime.js';
import { openSource } from '../dist/source/ffmpeg.js';
import { blankContext } from '../dist/vlm/blank-context.js';
import { answerSettings } from '../dist/vlm/decoding/settings.js';
import { loadModel } from '../dist/vlm/model.js';
import { newStrategy } from '../dist/vlm/strategies/registry.js';
import { countingRuns } from './streamer.mjs';
import { MATCH } from './support.mjs';

const KICKABOUT = fileURLToPath(new URL('../models/kickabout/hub', import.meta.url));

/** Clips before anything is measured. */
const WARM_UP = 20;

/** Lines that a commentator remembers. */
const RECENT = 8;

export async function benchLookahead() {
  const { decoding, speech } = DEFAULTS;
  const model = await loadModel(
    KICKABOUT,
    { device: 'cpu', threads: 0, dtype: 'auto', input: {} },
    await openRuntime('fast'),
  );
  try {
    const clips = await clipsOf(model.folder.manifest.input);
    const watch = async (lookahead, seen = clips) => {
      const counted = countingRuns(model);
      const settings = answerSettings({ decoding: { ...decoding, lookahead }, speech });
      const said = await commentary(newStrategy(counted.model, settings), seen);
      return { ...said, ...counted.counts() };
    };
    await watch(decoding.lookahead, clips.slice(0, WARM_UP));
    const single = await watch(0);
    const ahead = await watch(decoding.lookahead);
    const numbers = {
      lines: ahead.lines.length,
      sameWords: ahead.lines.join('\n') === single.lines.join('\n'),
      tokens: ahead.tokens,
      runs: { ahead: ahead.runs, single: single.runs },
      guessed: ahead.guessed,
      right: single.runs - ahead.runs,
      decodeCpuRatio: ahead.cpuMs / single.cpuMs,
      decodeTimeRatio: ahead.decodeMs / single.decodeMs,
    };
    const rows = [
      [
        'the same words',
        `${numbers.sameWords ? 'yes' : 'no'}, ${numbers.lines} lines of ${numbers.tokens} tokens`,
      ],
      ['guesses that were right', `${numbers.right} of ${numbers.guessed}`],
      ['runs of the decoder', `${ahead.runs} against ${single.runs}`],
      ['time to decode, of that without', numbers.decodeTimeRatio.toFixed(3)],
      ['  processor time', numbers.decodeCpuRatio.toFixed(3)],
    ];
    return {
      title: `lookahead: the bundled match, up to ${decoding.lookahead} tokens guessed`,
      rows,
      numbers,
    };
  } finally {
    await model.dispose();
  }
}

async function clipsOf({ width, height, fps, framesPerTick }) {
  const source = await openSource(MATCH, { width, height, fps }, DEFAULTS.source);
  const frames = [];
  for await (const frame of source.pull()) frames.push(frame);
  return Array.from({ length: Math.floor(frames.length / framesPerTick) }, (_, seq) =>
    frames.slice(seq * framesPerTick, (seq + 1) * framesPerTick),
  );
}

/** The lines of a whole match, and what decoding them took. */
async function commentary(strategy, clips) {
  const lines = [];
  let tokens = 0;
  let decodeMs = 0;
  for (const pictures of clips) {
    const context = { ...blankContext('en'), recent: lines.slice(-RECENT) };
    let last;
    for await (const event of strategy.look(pictures, context, () => false)) last = event;
    tokens += last.stats.tokens;
    decodeMs += last.stats.tokens > 0 ? last.stats.decodeMs : 0;
    if (last.kind === 'end') lines.push(last.text);
  }
  return { lines, tokens, decodeMs };
}
