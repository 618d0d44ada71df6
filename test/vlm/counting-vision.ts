import { onnxruntime } from '../../src/onnx/onnxruntime.js';
import type { Runtime } from '../../src/onnx/runtime.js';
import type { Tensors } from '../../src/onnx/tensor.js';

/** The portable runtime, which counts the runs of the vision encoder; `before` each, it is told what goes in, and may refuse it. */
export function counting(before: (inputs: Tensors) => void = () => {}): {
  runtime: Runtime;
  seen: () => number;
} {
  let seen = 0;
  const runtime: Runtime = {
    ...onnxruntime,
    async load(path, options) {
      const graph = await onnxruntime.load(path, options);
      if (!path.includes('vision_encoder')) return graph;
      return {
        ...graph,
        async run(inputs, ...how) {
          seen += 1;
          before(inputs);
          return graph.run(inputs, ...how);
        },
      };
    },
  };
  return { runtime, seen: () => seen };
}
