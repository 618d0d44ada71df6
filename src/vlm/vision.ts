import { asDeclared, asFloat32 } from '../onnx/half.js';
import { joinable } from '../onnx/joined.js';
import { JointRuns } from '../onnx/joint-runs.js';
import { remembering } from '../onnx/remembering.js';
import type { Graph, Provider, RunOptions } from '../onnx/runtime.js';
import type { Tensors } from '../onnx/tensor.js';
import { modelInvalid } from './checked-json.js';
import { declared } from './decoder-runs.js';
import type { Family, Float32Tensor, Sight } from './families/family.js';
import type { ModelFolder } from './folder.js';
import type { Picture } from './pixels.js';
import type { VisionBlock } from './prompt.js';

/** Features of pictures that may come again: unchanged frames, and the same ones for another session. */
const REMEMBERED_FEATURE_BYTES = 32 * 1024 * 1024;

/**
 * Sights of one run at most. One fills a processor, where more would only delay the first; accelerators take long to begin a run. TensorRT
 * is one, but builds its engine anew for a shape that it has not met.
 */
export const MOST_TOGETHER: Readonly<Record<Provider, number>> = {
  cpu: 1,
  webgpu: 8,
  cuda: 8,
  tensorrt: 1,
  coreml: 8,
  dml: 8,
};

/** Pixels of a run with several sights at most: seeing so many takes longer than to begin, and more would only take memory. */
const MOST_BYTES = 8 * 1024 * 1024;

/** The input that every family has. */
const PIXELS = 'pixel_values';

/** The vision encoder of a model: from pictures made ready to features. */
export interface Vision {
  /** See `Model`. */
  encodeEach(sights: readonly Sight[], cancelled?: () => boolean): Promise<VisionBlock[][]>;
  dispose(): Promise<void>;
}

/** `mostTogether`: see MOST_TOGETHER. */
export function makeVision(encoder: Graph, family: Family, mostTogether: number): Vision {
  const graph = remembering(encoder, REMEMBERED_FEATURE_BYTES);
  const joint = new JointRuns(encoder, { axis: family.batchAxis, measure: PIXELS });

  /** As many of the first as go in one run, at least one. */
  function together(sights: readonly Sight[]): readonly Sight[] {
    const [first = {}] = sights[0]?.runs ?? [];
    const most = joint.refused ? 1 : mostTogether;
    let bytes = 0;
    const end = sights.findIndex(({ runs }, at) => {
      bytes += runs.reduce((sum, run) => sum + (run[PIXELS]?.data.byteLength ?? 0), 0);
      return at >= most || bytes > MOST_BYTES || !runs.every((run) => joinable(first, run, family.batchAxis));
    });
    return end < 0 ? sights : sights.slice(0, Math.max(1, end));
  }

  /** `undefined` where each is to be encoded by itself. */
  async function jointly(
    sights: readonly Sight[],
    options: RunOptions,
  ): Promise<VisionBlock[][] | undefined> {
    const runs = sights.flatMap((sight) => sight.runs.map((inputs) => fitting(inputs, encoder)));
    try {
      const outputs = await graph.runEach(runs, (unknown) => joint.run(unknown, options));
      return sights.map((sight) => blocksOf(sight, outputs.splice(0, sight.runs.length)));
    } catch {
      return undefined;
    }
  }

  async function alone(sight: Sight, options: RunOptions): Promise<VisionBlock[]> {
    const outputs: Tensors[] = [];
    for (const inputs of sight.runs) outputs.push(await graph.run(fitting(inputs, encoder), options));
    return blocksOf(sight, outputs);
  }

  function blocksOf(sight: Sight, outputs: readonly Tensors[]): VisionBlock[] {
    const given = outputs.map((output) => featuresOf(output));
    const all = sight.features?.(given) ?? concatenated(given);
    const tokens = sight.blocks.reduce((sum, block) => sum + block.tokens, 0);
    const hidden = all.length / tokens;
    if (!Number.isInteger(hidden))
      throw modelInvalid(
        `${encoder.path} gave ${family.featuresName} [${given.map(({ dims }) => dims.join(', ')).join('; ')}] for pictures that should become ${tokens} tokens`,
      );
    let at = 0;
    return sight.blocks.map((block) => {
      const from = at;
      at += block.tokens * hidden;
      return { ...block, features: all.subarray(from, at) };
    });
  }

  function featuresOf(outputs: Tensors): Float32Tensor {
    const output = asFloat32(outputs[family.featuresName]);
    if (output === undefined) throw modelInvalid(`${encoder.path} gave no ${family.featuresName}`);
    return output;
  }

  return {
    async encodeEach(sights, cancelled) {
      const [first] = sights;
      if (first === undefined) throw new TypeError('there is nothing to see');
      const options = { ...(cancelled && { cancelled }) };
      const some = together(sights);
      const seen = some.length > 1 ? await jointly(some, options) : undefined;
      return seen ?? [await alone(first, options)];
    },
    dispose: () => graph.dispose(),
  };
}

/** Pictures of one clip as the one block of a video, which `encode` is given once they are ready. Raises MODEL_INVALID for a family that has no videos. */
export async function asVideo(
  { folder: { manifest }, family }: { readonly folder: ModelFolder; readonly family: Family },
  pictures: readonly Picture[],
  encode: (sight: Sight) => Promise<VisionBlock[]>,
): Promise<VisionBlock> {
  const sight = family.video?.(pictures, { fps: manifest.input.fps });
  const [block, ...others] = sight === undefined ? [] : await encode(sight);
  if (block === undefined || others.length > 0)
    throw modelInvalid(`${manifest.family} has no videos that are one block, to stream`);
  return block;
}

/** Floats in the precision that the graph takes. */
function fitting(inputs: Tensors, graph: Graph): Tensors {
  const fitted = Object.entries(inputs).map(([name, tensor]) => [
    name,
    tensor.type === 'float32' ? asDeclared(tensor, declared(graph, name)?.type) : tensor,
  ]);
  return Object.fromEntries(fitted);
}

function concatenated(tensors: readonly Float32Tensor[]): Float32Array {
  const [first] = tensors;
  if (first !== undefined && tensors.length === 1) return first.data;
  const all = new Float32Array(tensors.reduce((sum, { data }) => sum + data.length, 0));
  let at = 0;
  for (const { data } of tensors) {
    all.set(data, at);
    at += data.length;
  }
  return all;
}
