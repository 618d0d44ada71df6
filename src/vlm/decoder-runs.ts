import { asDeclared, asFloat32 } from '../onnx/half.js';
import type { Graph, RunOptions } from '../onnx/runtime.js';
import { float32, int64, type TensorSpec, type Tensors } from '../onnx/tensor.js';
import { modelInvalid } from './checked-json.js';
import type { Float32Tensor } from './families/family.js';
import type { KvCache } from './kv-cache.js';
import type { Positions } from './positions.js';

/** Reads tokens `from`–`to` of [1, tokens, hidden] into a cache; `rows`: of so many of the last ones the logits are wanted. */
type DecoderRun = (
  cache: KvCache,
  embedded: Float32Tensor,
  positions: Positions,
  range: readonly [from: number, to: number],
  options: RunOptions & { readonly rows: number },
) => Promise<{ readonly logits: readonly Float32Array[]; readonly cache: KvCache }>;

/** What a decoder's graph is fed with, by its own declaration. */
export function decoderRuns(decoder: Graph): DecoderRun {
  const keepsLogits = declared(decoder, 'num_logits_to_keep') !== undefined;
  const embeddingType = declared(decoder, 'inputs_embeds')?.type;
  const positionRank = declared(decoder, 'position_ids')?.dims.length;

  return async (cache, embedded, positions, [from, to], { rows, ...options }) => {
    const count = to - from;
    const length = cache.length + count;
    const hidden = embedded.dims[2] ?? 0;
    const inputs = {
      inputs_embeds: asDeclared(
        float32([1, count, hidden], embedded.data.slice(from * hidden, to * hidden)),
        embeddingType,
      ),
      // GroupQueryAttention reads the mask's whole length: a mask of the new tokens only corrupts the cache.
      attention_mask: { type: 'int64', dims: [1, length], data: new BigInt64Array(length).fill(1n) } as const,
      ...positionIds(positions, [from, to], positionRank),
      ...(keepsLogits && { num_logits_to_keep: int64([], [rows]) }),
    };
    const { outputs, cache: grown } = await cache.read(inputs, count, {
      ...(rows === 1 && { lastRow: 'logits' }),
      ...options,
    });
    const logits = asFloat32(outputs.logits);
    if (logits === undefined) throw modelInvalid(`${decoder.path} gave no logits`);
    return { logits: rowsOf(logits).slice(-rows), cache: grown };
  };
}

export function declared({ inputs }: Graph, name: string): TensorSpec | undefined {
  return inputs.find((spec) => spec.name === name);
}

/** M-RoPE where the decoder declares three axes, plain positions where it declares one, none where it counts by itself. */
function positionIds(
  { t, h, w }: Positions,
  [from, to]: readonly [number, number],
  rank: number | undefined,
): Tensors {
  if (rank === undefined) return {};
  const axes = (rank === 3 ? [t, h, w] : [t]).map((axis) => axis.slice(from, to));
  return { position_ids: int64(rank === 3 ? [3, 1, to - from] : [1, to - from], axes.flat()) };
}

/** Of [1, rows, columns]. */
function rowsOf({ data, dims }: Float32Tensor): Float32Array[] {
  const columns = dims.at(-1) ?? 0;
  return Array.from({ length: data.length / columns }, (_, row) =>
    data.subarray(row * columns, (row + 1) * columns),
  );
}
