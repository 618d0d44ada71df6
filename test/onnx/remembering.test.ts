import { describe, expect, it } from 'vitest';
import { remembering } from '../../src/onnx/remembering.js';
import type { Graph } from '../../src/onnx/runtime.js';
import { float32 } from '../../src/onnx/tensor.js';

/** Doubles four numbers, and counts how often. */
function doubling(): { graph: Graph; runs: () => number; disposed: () => boolean } {
  let runs = 0;
  let disposed = false;
  const graph: Graph = {
    path: 'doubling',
    inputs: [{ name: 'value', type: 'float32', dims: [4] }],
    outputs: [{ name: 'sum', type: 'float32', dims: [4] }],
    async run({ value }) {
      runs += 1;
      return {
        sum: float32(
          [4],
          Float32Array.from(value?.data as Float32Array, (each) => 2 * each),
        ),
      };
    },
    async dispose() {
      disposed = true;
    },
  };
  return { graph, runs: () => runs, disposed: () => disposed };
}

const OUTPUT_BYTES = 16;
const given = (...values: number[]) => ({ value: float32([4], Float32Array.from(values)) });

describe('a graph that remembers', () => {
  it('runs once for the same bytes, and again for others', async () => {
    const { graph, runs } = doubling();
    const remembered = remembering(graph, 1024);
    const first = await remembered.run(given(1, 2, 3, 4));
    const again = await remembered.run(given(1, 2, 3, 4));
    const other = await remembered.run(given(1, 2, 3, 5));
    expect(runs()).toBe(2);
    expect(Array.from(first.sum?.data as Float32Array)).toEqual([2, 4, 6, 8]);
    expect(again).toEqual(first);
    expect(Array.from(other.sum?.data as Float32Array)).toEqual([2, 4, 6, 10]);
  });

  it('tells the same numbers in another shape apart', async () => {
    const { graph, runs } = doubling();
    const remembered = remembering(graph, 1024);
    await remembered.run({ value: float32([4], Float32Array.of(1, 2, 3, 4)) });
    await remembered.run({ value: float32([2, 2], Float32Array.of(1, 2, 3, 4)) });
    expect(runs()).toBe(2);
  });

  it('reads a view of a larger buffer, and nothing beside it', async () => {
    const { graph, runs } = doubling();
    const remembered = remembering(graph, 1024);
    const whole = Float32Array.of(9, 1, 2, 3, 4, 9);
    await remembered.run({ value: float32([4], whole.subarray(1, 5)) });
    await remembered.run(given(1, 2, 3, 4));
    expect(runs()).toBe(1);
  });

  it('forgets what was not used for longest when it holds too much', async () => {
    const { graph, runs } = doubling();
    const remembered = remembering(graph, 2 * OUTPUT_BYTES);
    await remembered.run(given(1, 0, 0, 0));
    await remembered.run(given(2, 0, 0, 0));
    await remembered.run(given(1, 0, 0, 0));
    await remembered.run(given(3, 0, 0, 0));
    expect(runs()).toBe(3);
    await remembered.run(given(1, 0, 0, 0));
    expect(runs()).toBe(3);
    await remembered.run(given(2, 0, 0, 0));
    expect(runs()).toBe(4);
  });

  it('forgets what was not used for longest when it holds many, however little they are', async () => {
    const { graph, runs } = doubling();
    const remembered = remembering(graph, Number.POSITIVE_INFINITY);
    for (let run = 0; run <= 32; run++) await remembered.run(given(run, 0, 0, 0));
    await remembered.run(given(1, 0, 0, 0));
    expect(runs()).toBe(33);
    await remembered.run(given(0, 0, 0, 0));
    expect(runs()).toBe(34);
  });

  it('runs what it does not know of several, each once, and answers in the order of asking', async () => {
    const { graph, runs } = doubling();
    const remembered = remembering(graph, 1024);
    const known = given(1, 0, 0, 0);
    await remembered.run(known);
    const asked: unknown[] = [];
    const each = await remembered.runEach(
      [given(2, 0, 0, 0), known, given(3, 0, 0, 0), given(2, 0, 0, 0)],
      async (unknown) => {
        asked.push(...unknown);
        return Promise.all(unknown.map((inputs) => graph.run(inputs)));
      },
    );
    expect(asked).toEqual([given(2, 0, 0, 0), given(3, 0, 0, 0)]);
    expect(each.map(({ sum }) => sum?.data[0])).toEqual([4, 2, 6, 4]);
    await remembered.run(given(3, 0, 0, 0));
    expect(runs()).toBe(3);
  });

  it('remembers no failure', async () => {
    const { graph } = doubling();
    let broken = true;
    const remembered = remembering(
      { ...graph, run: (inputs) => (broken ? Promise.reject(new Error('no memory')) : graph.run(inputs)) },
      1024,
    );
    await expect(remembered.run(given(1, 2, 3, 4))).rejects.toThrow('no memory');
    broken = false;
    await expect(remembered.run(given(1, 2, 3, 4))).resolves.toHaveProperty('sum');
  });

  it('gives the memory of the graph back', async () => {
    const { graph, disposed } = doubling();
    await remembering(graph, 1024).dispose();
    expect(disposed()).toBe(true);
  });
});
