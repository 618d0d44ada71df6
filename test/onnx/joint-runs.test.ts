import { beforeEach, describe, expect, it } from 'vitest';
import { JointRuns } from '../../src/onnx/joint-runs.js';
import type { Graph } from '../../src/onnx/runtime.js';
import { float32, type Tensor, type Tensors } from '../../src/onnx/tensor.js';

const of = (...values: number[]): Tensors => ({
  value: float32([values.length, 1], Float32Array.from(values)),
});

/** The number of rows of each run, in order. */
let runs: number[] = [];

/** Doubles each row; `blur` of the mean of all rows of a run is added to each. */
function doubling({ blur = 0, most = Number.POSITIVE_INFINITY } = {}): Graph {
  return {
    path: 'doubling',
    inputs: [],
    outputs: [],
    async run({ value }: { value?: Tensor }, { cancelled } = {}) {
      const given = Array.from(value?.data ?? [], Number);
      runs.push(given.length);
      if (cancelled?.()) throw new Error('cancelled');
      if (given.length > most) throw new Error(`takes ${most} at most`);
      const mean = given.reduce((sum, each) => sum + each, 0) / given.length;
      return of(...given.map((each) => 2 * each + blur * mean));
    },
    dispose: async () => {},
  };
}
const jointly = (graph: Graph) => new JointRuns(graph, { axis: 0, measure: 'value' });

describe('joint runs', () => {
  beforeEach(() => {
    runs = [];
  });

  it('are made singly as well the first time, and alone once they have given the same', async () => {
    const joint = jointly(doubling());
    expect(await joint.run([of(1), of(2, 3)])).toEqual([of(2), of(4, 6)]);
    expect(runs).toEqual([3, 1, 2]);
    expect(await joint.run([of(4, 5), of(6)])).toEqual([of(8, 10), of(12)]);
    expect(runs).toEqual([3, 1, 2, 3]);
    expect(joint.refused).toBe(false);
  });

  it('may differ by rounding', async () => {
    const joint = jointly(doubling({ blur: 0.001 }));
    await joint.run([of(1), of(2)]);
    expect(joint.refused).toBe(false);
  });

  it('of a graph that lets its parts see each other are refused, with what single runs give', async () => {
    const joint = jointly(doubling({ blur: 0.5 }));
    expect(await joint.run([of(2), of(4)])).toEqual([of(5), of(10)]);
    expect(joint.refused).toBe(true);
  });

  it('of a graph that takes one at a time are refused', async () => {
    const joint = jointly(doubling({ most: 1 }));
    await expect(joint.run([of(1), of(2)])).rejects.toThrow('takes 1 at most');
    expect(joint.refused).toBe(true);
  });

  it('that are cancelled say nothing of the graph', async () => {
    const joint = jointly(doubling());
    await expect(joint.run([of(1), of(2)], { cancelled: () => true })).rejects.toThrow('cancelled');
    expect(joint.refused).toBe(false);
  });

  it('of one part are single runs', async () => {
    const joint = jointly(doubling({ most: 0 }));
    await expect(joint.run([of(1)])).rejects.toThrow('takes 0 at most');
    expect(joint.refused).toBe(false);
    expect(runs).toEqual([1]);
  });
});
