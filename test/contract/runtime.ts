import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PROBE_GRAPH } from '../../src/onnx/probe-graph.js';
import type { Graph, Runtime } from '../../src/onnx/runtime.js';
import { float32, int64 } from '../../src/onnx/tensor.js';
import { loadModel } from '../../src/vlm/model.js';
import { picture, TINY } from '../vlm/tiny.js';

const cpu = { device: 'cpu', threads: 1 } as const;

/** What every runtime does. */
export function runtimeContract(name: Runtime['name'], open: () => Promise<Runtime>): void {
  describe(`the ${name} runtime`, () => {
    let runtime: Runtime;
    let folder: string;
    let graph: Graph;

    const load = () => runtime.load(join(folder, 'probe.onnx'), cpu);

    beforeAll(async () => {
      runtime = await open();
      folder = await mkdtemp(join(tmpdir(), 'booth-runtime-'));
      await writeFile(join(folder, 'probe.onnx'), PROBE_GRAPH);
      graph = await load();
    });
    afterAll(async () => {
      await graph.dispose();
      await rm(folder, { recursive: true });
    });

    it('says its name, and what a graph takes and gives', () => {
      expect(runtime.name).toBe(name);
      expect(graph.inputs).toEqual([{ name: 'value', type: 'float32', dims: [4] }]);
      expect(graph.outputs).toEqual([{ name: 'sum', type: 'float32', dims: [4] }]);
    });

    it('runs named tensors, also those that are a part of a larger buffer', async () => {
      const larger = Float32Array.of(9, 1, 2, 3, 4, 9);
      const { sum } = await graph.run({ value: float32([4], larger.subarray(1, 5)) });
      expect(sum).toEqual(float32([4], Float32Array.of(2, 4, 6, 8)));
    });

    it('gives outputs that no later run changes', async () => {
      const first = await graph.run({ value: float32([4], Float32Array.of(1, 1, 1, 1)) });
      await graph.run({ value: float32([4], Float32Array.of(5, 5, 5, 5)) });
      expect(first.sum?.data).toEqual(Float32Array.of(2, 2, 2, 2));
    });

    it('runs what is asked at the same time without mixing it up', async () => {
      const runs = Array.from({ length: 20 }, (_, n) =>
        graph.run({ value: float32([4], new Float32Array(4).fill(n)) }),
      );
      const sums = (await Promise.all(runs)).map(({ sum }) => Number(sum?.data[3]));
      expect(sums).toEqual(Array.from({ length: 20 }, (_, n) => 2 * n));
    });

    it('gives the last row alone when no more is wanted', async () => {
      const embed = await runtime.load(join(TINY, 'onnx', 'embed_tokens.onnx'), cpu);
      const inputs = { input_ids: int64([1, 3], [5, 6, 7]) };
      const [whole, last] = await Promise.all([
        embed.run(inputs),
        embed.run(inputs, { lastRow: 'inputs_embeds' }),
      ]);
      const hidden = whole.inputs_embeds?.dims[2] ?? 0;
      expect(last.inputs_embeds?.dims).toEqual([1, 1, hidden]);
      expect(last.inputs_embeds?.data).toEqual(whole.inputs_embeds?.data.slice(2 * hidden));
      await embed.dispose();
    });

    it.each([
      ['another type', { value: int64([4], [1, 2, 3, 4]) }],
      ['another shape', { value: float32([2, 2], new Float32Array(4)) }],
      ['more elements than its shape says', { value: float32([4], new Float32Array(5)) }],
      ['another name', { values: float32([4], new Float32Array(4)) }],
      ['a name too many', { value: float32([4], new Float32Array(4)), more: int64([1], [1]) }],
      ['nothing', {}],
    ])('raises INFERENCE_FAILED for %s, and works on', async (_, inputs) => {
      await expect(graph.run(inputs)).rejects.toMatchObject({ code: 'INFERENCE_FAILED' });
      await expect(graph.run({ value: float32([4], new Float32Array(4)) })).resolves.toHaveProperty('sum');
    });

    it('raises MODEL_INVALID for a file that is cut short, empty, foreign or missing', async () => {
      const whole = await readFile(join(TINY, 'onnx', 'vision_encoder.onnx'));
      const files = {
        cut: whole.subarray(0, whole.length / 2),
        empty: Buffer.alloc(0),
        foreign: Buffer.from('GIF89a'),
      };
      for (const [name, content] of Object.entries(files)) await writeFile(join(folder, name), content);
      for (const name of [...Object.keys(files), 'missing'])
        await expect(runtime.load(join(folder, name), cpu)).rejects.toMatchObject({ code: 'MODEL_INVALID' });
    });

    it('is disposed of once, after the run in flight, and runs nothing then', async () => {
      const own = await load();
      const run = own.run({ value: float32([4], new Float32Array(4)) });
      await Promise.all([own.dispose(), own.dispose()]);
      await own.dispose();
      await expect(run).resolves.toHaveProperty('sum');
      await expect(own.run({ value: float32([4], new Float32Array(4)) })).rejects.toMatchObject({
        code: 'INFERENCE_FAILED',
      });
    });

    it('goes back to an older context at no cost, and reads on as if nothing had been', async () => {
      const model = await loadModel(TINY, { ...cpu, dtype: 'auto' }, runtime);
      const block = await model.see([picture(0), picture(1)]);
      const start = await model.extend(model.empty, [{ ids: [1, 2, 3] }, { vision: block }]);
      const straight = await model.extend(start.context, [{ ids: [7] }]);
      const detour = await model.extend(start.context, [{ ids: [9, 10, 11] }]);
      await model.extend(detour.context, [{ ids: [12] }]);
      const again = await model.extend(start.context, [{ ids: [7] }]);
      expect(again.logits).toEqual(straight.logits);
      expect(detour.logits).not.toEqual(straight.logits.slice(0, detour.logits.length));
      await model.dispose();
    });

    it('keeps contexts apart that have grown from the empty one', async () => {
      const model = await loadModel(TINY, { ...cpu, dtype: 'auto' }, runtime);
      const alone = await model.extend(model.empty, [{ ids: [1, 2, 3] }]);
      const expected = await model.extend(alone.context, [{ ids: [4] }]);
      const [one, other] = await Promise.all([
        model.extend(model.empty, [{ ids: [1, 2, 3] }]),
        model.extend(model.empty, [{ ids: [30, 31, 32, 33] }]),
      ]);
      await model.extend(other.context, [{ ids: [34] }]);
      expect((await model.extend(one.context, [{ ids: [4] }])).logits).toEqual(expected.logits);
      await model.dispose();
    });
  });
}
