import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { openFastRuntime } from '../../src/onnx/native/fast.js';
import { onnxruntime } from '../../src/onnx/onnxruntime.js';
import type { Runtime } from '../../src/onnx/runtime.js';
import { loadModel } from '../../src/vlm/model.js';
import type { Context } from '../../src/vlm/reading.js';
import { noise } from '../support/noise.js';
import { TINY } from '../vlm/tiny.js';
import { runtimeContract } from './runtime.js';

runtimeContract('portable', async () => onnxruntime);
runtimeContract('fast', openFastRuntime);

const KICKABOUT = fileURLToPath(new URL('../../models/kickabout/hub', import.meta.url));

const FIXTURES = fileURLToPath(new URL('../fixtures', import.meta.url));
const FAMILIES = readdirSync(FIXTURES).filter((name) => name.startsWith('tiny-'));

const WINDOW = 12;
const LINE = [5, 6, 7];

/**
 * The logits of `count` ticks: a clip, then a line of some tokens, of which every third is taken back; a new window every so often.
 */
async function* ticks(path: string, runtime: Runtime, count: number): AsyncGenerator<Float32Array> {
  const model = await loadModel(path, { device: 'cpu', threads: 1, dtype: 'auto' }, runtime);
  const { width, height, framesPerTick } = model.folder.manifest.input;
  try {
    let context: Context = model.empty;
    for (let tick = 0; tick < count; tick++) {
      const frames = Array.from({ length: framesPerTick }, (_, frame) =>
        noise(width, height, tick * framesPerTick + frame),
      );
      const parts = [{ ids: [1] }, { vision: await model.see(frames) }, { ids: [2] }];
      const seen = await model.extend(tick % WINDOW === 0 ? model.empty : context, parts);
      yield seen.logits;
      let said = seen.context;
      for (const id of LINE) {
        const next = await model.extend(said, [{ ids: [id + (tick % 100)] }]);
        yield next.logits;
        said = next.context;
      }
      context = tick % 3 === 0 ? seen.context : said;
    }
  } finally {
    await model.dispose();
  }
}

/** The logits of an answer to two pictures, and of another one from where the first began. */
async function* answers(path: string, runtime: Runtime): AsyncGenerator<Float32Array> {
  const model = await loadModel(path, { device: 'cpu', threads: 1, dtype: 'auto' }, runtime);
  try {
    const pictures = await model.encode(model.family.images([noise(90, 60, 1), noise(64, 64, 2)]));
    const seen = await model.extend(model.empty, [{ ids: [1] }, ...pictures.map((vision) => ({ vision }))]);
    yield seen.logits;
    for (const start of [3, 40]) {
      let { context } = seen;
      for (let id = start; id < start + 6; id++) {
        const next = await model.extend(context, [{ ids: [id] }]);
        yield next.logits;
        context = next.context;
      }
    }
  } finally {
    await model.dispose();
  }
}

describe('both runtimes', () => {
  it('are compared on every family', () => expect(FAMILIES.length).toBeGreaterThan(5));

  it.each(FAMILIES)('compute the same to the bit with %s', async (name) => {
    const fast = answers(`${FIXTURES}/${name}`, await openFastRuntime());
    for await (const expected of answers(`${FIXTURES}/${name}`, onnxruntime)) {
      const { value } = await fast.next();
      expect(Buffer.compare(bytes(value), bytes(expected))).toBe(0);
    }
    expect((await fast.next()).done).toBe(true);
  });

  it.each([
    ['the bundled model', KICKABOUT],
    ['the tiny Qwen2.5-VL', TINY],
  ])(
    'compute the same to the bit over 200 ticks of %s',
    async (_, path) => {
      const fast = ticks(path, await openFastRuntime(), 200);
      let compared = 0;
      for await (const expected of ticks(path, onnxruntime, 200)) {
        const { value } = await fast.next();
        expect(Buffer.compare(bytes(value), bytes(expected))).toBe(0);
        compared += 1;
      }
      expect((await fast.next()).done).toBe(true);
      expect(compared).toBe(200 * (1 + LINE.length));
    },
    240_000,
  );
});

function bytes(values: Float32Array | undefined): Uint8Array {
  return values === undefined
    ? new Uint8Array(0)
    : new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
}
