import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { asDeclared, asFloat32 } from '../../src/onnx/half.js';
import { onnxruntime } from '../../src/onnx/onnxruntime.js';
import type { Graph, Runtime } from '../../src/onnx/runtime.js';
import type { TensorSpec, Tensors } from '../../src/onnx/tensor.js';
import { loadModel } from '../../src/vlm/model.js';
import { partsOf } from '../../src/vlm/prompt.js';
import { fixture, type GoldenCase } from './families/golden.js';
import { patterned } from './images/pictures.js';

/** The graphs of a folder as exports of half precision declare them: every float that goes in or comes out is a half. */
const halves: Runtime = {
  name: 'portable',
  async load(path, options) {
    const graph = await onnxruntime.load(path, options);
    const { inputs, outputs, run, dispose } = graph;
    return {
      path,
      inputs: inputs.map(halved),
      outputs: outputs.map(halved),
      async run(given, runOptions): ReturnType<Graph['run']> {
        for (const { name, type } of inputs)
          expect(given[name]?.type).toBe(type === 'float32' ? 'float16' : type);
        const singles = map(given, (tensor) => asFloat32(tensor) ?? tensor);
        return map(await run(singles, runOptions), (tensor) =>
          tensor.type === 'float32' ? asDeclared(tensor, 'float16') : tensor,
        );
      },
      dispose,
    };
  },
};

function halved(spec: TensorSpec): TensorSpec {
  return spec.type === 'float32' ? { ...spec, type: 'float16' } : spec;
}

function map(tensors: Tensors, change: (tensor: Tensors[string]) => Tensors[string]): Tensors {
  return Object.fromEntries(Object.entries(tensors).map(([name, tensor]) => [name, change(tensor)]));
}

it('graphs that take and give halves answer as those of single precision do, as near as halves can', async () => {
  const folder = fixture('qwen2_vl');
  const { cases }: { cases: GoldenCase[] } = JSON.parse(readFileSync(join(folder, 'golden.json'), 'utf8'));
  const model = await loadModel(folder, { device: 'cpu', threads: 1, dtype: 'auto' }, halves);
  for (const golden of cases.filter(({ kind }) => kind === 'images')) {
    const sight = model.family.images(golden.pictures.map((picture) => patterned(...picture)));
    const parts = partsOf(golden.text, sight, await model.encode(sight), model.tokenizer);
    const { logits } = await model.extend(model.empty, parts);
    const furthest = Math.max(...golden.logits.map((value, i) => Math.abs(value - (logits[i] as number))));
    expect(furthest).toBeLessThan(0.1);
  }
  await model.dispose();
});
