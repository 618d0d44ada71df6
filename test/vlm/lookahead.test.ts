import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DEFAULTS } from '../../src/config.js';
import { openFastRuntime } from '../../src/onnx/native/fast.js';
import { onnxruntime } from '../../src/onnx/onnxruntime.js';
import type { Runtime } from '../../src/onnx/runtime.js';
import { answerSettings } from '../../src/vlm/decoding/settings.js';
import { loadModel, type Model } from '../../src/vlm/model.js';
import { newStrategy } from '../../src/vlm/strategies/registry.js';
import type { LookEvent } from '../../src/vlm/vlm.js';
import { noise } from '../support/noise.js';
import { promptContext } from '../support/prompt-context.js';
import { fixture } from './families/golden.js';
import { collect } from './tiny.js';

const KICKABOUT = fileURLToPath(new URL('../../models/kickabout/hub', import.meta.url));

const MODELS = [
  ['the bundled model', KICKABOUT, 24],
  ['the tiny Qwen2.5-VL', fixture('qwen2_5_vl'), 24],
  ['the tiny SmolVLM', fixture('smolvlm'), 2],
  ['the tiny LLaVA', fixture('llava'), 3],
] as const;
const RUNTIMES: readonly (readonly [string, () => Promise<Runtime>])[] = [
  ['portable', async () => onnxruntime],
  ['fast', openFastRuntime],
];
const CASES = MODELS.flatMap(([name, path, ticks]) =>
  RUNTIMES.map(([runtime, open]) => ({ name, path, ticks, runtime, open })),
);

describe.each(CASES)('several tokens in one run of $name, $runtime runtime', ({ path, open }) => {
  let model: Model;
  beforeAll(async () => {
    model = await loadModel(path, { device: 'cpu', threads: 1, dtype: 'auto' }, await open());
  });
  afterAll(() => model.dispose());

  const START = [{ ids: [1, 2, 3, 9, 8, 7, 6] }];
  const IDS = [5, 6, 7, 5, 6];

  it('give what they give one by one', async () => {
    const { context } = await model.extend(model.empty, START);
    const together = await model.extendEach(context, IDS);
    expect(together).toHaveLength(IDS.length);
    let alone = (await model.extend(model.empty, START)).context;
    for (const [at, { logits, context: after }] of together.entries()) {
      const one = await model.extend(alone, [{ ids: [IDS[at] as number] }]);
      alone = one.context;
      expect(after.next).toBe(alone.next);
      expect(after.cache.length).toBe(alone.cache.length);
      expect(likeliest(logits)).toBe(likeliest(one.logits));
      expect(farthest(logits, one.logits)).toBeLessThan(1e-3);
    }
  });

  it('are taken back to any of them', async () => {
    const fresh = await model.extend(model.empty, [...START, { ids: [...IDS.slice(0, 2), 4, 3] }]);
    const { context } = await model.extend(model.empty, START);
    const [, second] = await model.extendEach(context, IDS);
    const other = await model.extend(second!.context, [{ ids: [4] }]);
    const again = await model.extendEach(other.context, [3]);
    expect(farthest(again[0]!.logits, fresh.logits)).toBeLessThan(1e-3);
    expect(again[0]?.context.cache.length).toBe(fresh.context.cache.length);
  });

  it('are refused where they are none, and where the context has no room', async () => {
    const { context } = await model.extend(model.empty, START);
    await expect(model.extendEach(context, [])).rejects.toThrow(TypeError);
    const full = { ...context, cache: { ...context.cache, length: model.family.maxContext } };
    await expect(model.extendEach(full, IDS)).rejects.toMatchObject({ code: 'CONTEXT_OVERFLOW' });
  });
});

/** What a stream of `ticks` clips says, and how many runs of the decoder it takes. */
async function watch(model: Model, lookahead: number, ticks: number) {
  let runs = 0;
  const counted: Model = {
    ...model,
    extend(...what) {
      runs++;
      return model.extend(...what);
    },
    extendEach(...what) {
      runs++;
      return model.extendEach(...what);
    },
  };
  const settings = answerSettings({ ...DEFAULTS, decoding: { ...DEFAULTS.decoding, lookahead } });
  const strategy = newStrategy(counted, settings);
  const { width, height, framesPerTick } = model.folder.manifest.input;
  const recent: string[] = [];
  const said: LookEvent[] = [];
  for (let tick = 0; tick < ticks; tick++) {
    const clip = Array.from({ length: framesPerTick }, (_, frame) =>
      noise(width || 64, height || 48, (tick >> 1) * 7 + frame),
    );
    const context = promptContext({ lang: 'en', recent: recent.slice(-4) });
    const events = await collect(strategy.look(clip, context, () => false));
    said.push(...events);
    const last = events.at(-1);
    if (last?.kind === 'end') recent.push(last.text);
  }
  const words = said.map((event) => ('text' in event ? `${event.kind} ${event.text}` : event.kind));
  return { words, runs };
}

describe.each(CASES)('a stream of $name, $runtime runtime', ({ path, ticks, open }) => {
  it('says the same with lookahead, in no more runs', async () => {
    const model = await loadModel(path, { device: 'cpu', threads: 1, dtype: 'auto' }, await open());
    try {
      const plain = await watch(model, 0, ticks);
      const ahead = await watch(model, 8, ticks);
      expect(ahead.words).toEqual(plain.words);
      expect(ahead.runs).toBeLessThanOrEqual(plain.runs);
    } finally {
      await model.dispose();
    }
  });
});

function likeliest(logits: Float32Array): number {
  return logits.indexOf(Math.max(...logits));
}

function farthest(a: Float32Array, b: Float32Array): number {
  return a.reduce((most, value, at) => Math.max(most, Math.abs(value - (b[at] as number))), 0);
}
