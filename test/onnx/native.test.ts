import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openFastRuntime } from '../../src/onnx/native/fast.js';
import { sharesBuffers, slotsOf } from '../../src/onnx/native/shared-cache.js';
import type { Graph, Runtime } from '../../src/onnx/runtime.js';
import { float32, int64, type Tensors } from '../../src/onnx/tensor.js';
import { loadModel } from '../../src/vlm/model.js';
import { TINY } from '../vlm/tiny.js';

const cpu = { device: 'cpu', threads: 1 } as const;
const HIDDEN = 32;
let runtime: Runtime;
let decoder: Graph;

beforeAll(async () => {
  runtime = await openFastRuntime();
  decoder = await runtime.load(join(TINY, 'onnx', 'decoder_model_merged.onnx'), cpu);
});
afterAll(() => decoder.dispose());

/** `count` tokens after `before` others. */
function tokens(count: number, before: number, seed = 1): Tensors {
  const embeds = Float32Array.from({ length: count * HIDDEN }, (_, i) => Math.sin(seed * 7 + i));
  const positions = Array.from({ length: count }, (_, i) => before + i);
  return {
    inputs_embeds: float32([1, count, HIDDEN], embeds),
    attention_mask: int64([1, before + count], Array<number>(before + count).fill(1)),
    position_ids: int64([3, 1, count], [...positions, ...positions, ...positions]),
  };
}

const last = { lastRow: 'logits' };

function newCache() {
  const cache = decoder.newCache?.();
  if (cache === undefined) throw new Error('the decoder has no shared cache');
  return cache;
}

describe('a graph that declares hostile sizes', () => {
  const past = (dims: readonly (number | string)[]) => [
    { name: 'past_key_values.0.key', type: 'float32', dims },
  ];

  it('has no past that could be extended in place', () => {
    expect(slotsOf(past(['batch_size', 2, 'past_sequence_length', 64]))).toHaveLength(1);
    expect(slotsOf(past(['batch_size', 2, 'past_sequence_length', 1e9]))).toBeUndefined();
    expect(slotsOf(past(['batch_size', 1e6, 'past_sequence_length', 64]))).toBeUndefined();
  });

  it('is not probed with inputs of that size', async () => {
    const inputs = [
      { name: 'attention_mask', type: 'int64', dims: ['batch_size', 'total_sequence_length'] },
      { name: 'inputs_embeds', type: 'float32', dims: ['batch_size', 'sequence_length', 2 ** 40] },
    ];
    const run = () => Promise.reject(new Error('it was run'));
    await expect(sharesBuffers({ inputs, run }, [])).resolves.toBe(false);
  });
});

describe('the shared cache', () => {
  it('is what decoders with GroupQueryAttention have, and other graphs have not', async () => {
    expect(decoder.newCache).toBeDefined();
    const embed = await runtime.load(join(TINY, 'onnx', 'embed_tokens.onnx'), cpu);
    expect(embed.newCache).toBeUndefined();
    await embed.dispose();
  });

  it('computes what one run over everything computes, while it grows far beyond its first room', async () => {
    const whole = await newCache().run(tokens(1200, 0), 1200, last);
    const cache = newCache();
    const embeds = tokens(1200, 0).inputs_embeds?.data ?? new Float32Array(0);
    let logits: Tensors = {};
    for (let from = 0; from < 1200; from += 60) {
      const part = tokens(60, from);
      const data = Float32Array.from(embeds.slice(from * HIDDEN, (from + 60) * HIDDEN), Number);
      logits = await cache.run({ ...part, inputs_embeds: float32([1, 60, HIDDEN], data) }, 60, last);
    }
    expect(cache.length).toBe(1200);
    const [a, b] = [whole.logits?.data as Float32Array, logits.logits?.data as Float32Array];
    expect(Math.max(...a.map((value, i) => Math.abs(value - (b[i] as number))))).toBeLessThan(1e-4);
  });

  it('forgets at any length, and reads on to the bit as if nothing had been', async () => {
    const [cache, plain] = [newCache(), newCache()];
    await cache.run(tokens(40, 0), 40, last);
    await plain.run(tokens(40, 0), 40, last);
    for (const detour of [1, 7, 300]) {
      await cache.run(tokens(detour, 40, detour), detour, last);
      cache.truncate(40);
      expect(cache.length).toBe(40);
    }
    const [after, expected] = await Promise.all([
      cache.run(tokens(3, 40), 3, last),
      plain.run(tokens(3, 40), 3, last),
    ]);
    expect(after.logits?.data).toEqual(expected.logits?.data);
  });

  it('refuses to be cut to more than it holds, and to be read by two at a time', async () => {
    const cache = newCache();
    const first = cache.run(tokens(5, 0), 5, last);
    await expect(cache.run(tokens(5, 0), 5, last)).rejects.toBeInstanceOf(TypeError);
    await first;
    expect(() => cache.truncate(6)).toThrow(TypeError);
    expect(() => cache.truncate(-1)).toThrow(TypeError);
  });

  it('holds what it held before when a run fails', async () => {
    const cache = newCache();
    await cache.run(tokens(9, 0), 9, last);
    const wrong = { ...tokens(2, 9), inputs_embeds: float32([1, 2, 5], new Float32Array(10)) };
    await expect(cache.run(wrong, 2, last)).rejects.toMatchObject({ code: 'INFERENCE_FAILED' });
    expect(cache.length).toBe(9);
    await expect(cache.run(tokens(2, 9), 2, last)).resolves.toHaveProperty('logits');
  });
});

describe('a run that is not wanted any more', () => {
  it('ends on its way at any moment, and leaves what was read before', async () => {
    const cache = newCache();
    await cache.run(tokens(30, 0), 30, last);
    const expected = await cache.run(tokens(1, 30), 1, last);
    let ended = 0;
    for (let round = 0; round < 24; round++) {
      cache.truncate(30);
      // Asked every few milliseconds, so another number of questions is another moment.
      let questions = round % 6;
      await cache
        .run(tokens(3000, 30, round), 3000, { ...last, cancelled: () => questions-- <= 0 })
        .catch((error: unknown) => {
          expect(error).toMatchObject({ code: 'INFERENCE_FAILED' });
          ended += 1;
          expect(cache.length).toBe(30);
        });
      cache.truncate(30);
      const again = await cache.run(tokens(1, 30), 1, last);
      expect(again.logits?.data).toEqual(expected.logits?.data);
    }
    expect(ended).toBeGreaterThan(0);
  });

  it('keeps the thread free while it goes on', async () => {
    let turns = 0;
    const timer = setInterval(() => {
      turns += 1;
    }, 1);
    await newCache().run(tokens(3000, 0), 3000, last);
    clearInterval(timer);
    expect(turns).toBeGreaterThan(3);
  });

  it('is waited for by dispose', async () => {
    const own = await runtime.load(join(TINY, 'onnx', 'decoder_model_merged.onnx'), cpu);
    const run = own.newCache?.().run(tokens(2000, 0), 2000, last);
    await own.dispose();
    await expect(run).resolves.toHaveProperty('logits');
  });
});

describe('a context', () => {
  it('that was overwritten by another branch is refused, never read', async () => {
    const model = await loadModel(TINY, { ...cpu, dtype: 'auto' }, runtime);
    const start = await model.extend(model.empty, [{ ids: [1, 2, 3] }]);
    const left = await model.extend(start.context, [{ ids: [4] }]);
    const right = await model.extend(start.context, [{ ids: [5] }]);
    await expect(model.extend(left.context, [{ ids: [6] }])).rejects.toThrow(/was overwritten/);
    await expect(model.extend(right.context, [{ ids: [6] }])).resolves.toHaveProperty('logits');
    await model.dispose();
  });
});

describe('memory', () => {
  it('does not grow with the runs', async () => {
    const rounds = async (count: number) => {
      for (let round = 0; round < count; round++) {
        const cache = newCache();
        await cache.run(tokens(20, 0, round), 20, last);
        await cache
          .run(tokens(1, 20, round), 1, { ...last, cancelled: () => round % 5 === 0 })
          .catch(() => undefined);
      }
    };
    await rounds(200);
    const before = process.memoryUsage.rss();
    await rounds(600);
    expect((process.memoryUsage.rss() - before) / 2 ** 20).toBeLessThan(40);
  });
});
