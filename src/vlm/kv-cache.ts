import { BoothError } from '../errors.js';
import type { Graph } from '../onnx/runtime.js';
import { emptyTensor, type Tensors } from '../onnx/tensor.js';

/**
 * Past keys and values of a decoder, `past_key_values.{layer}.key|value` → [batch, kvHeads, length, headDim].
 * A value: a run makes a new one, so going back to an older one costs nothing.
 */
export interface KvCache {
  /** Positions held. */
  readonly length: number;
  readonly tensors: Tensors;
}

const PAST = 'past_key_values.';
const PRESENT = 'present.';

/** By the graph's own declaration: `batch_size` is 1, every other free dimension 0. Raises MODEL_INVALID. */
export function emptyCache(decoder: Graph): KvCache {
  const tensors = decoder.inputs.filter(isPast).map(({ name, type, dims }) => {
    const shape = dims.map((dim) => (typeof dim === 'number' ? dim : dim === 'batch_size' ? 1 : 0));
    const tensor = shape.includes(0) ? emptyTensor(type, shape) : undefined;
    if (tensor === undefined)
      throw new BoothError(
        'MODEL_INVALID',
        `${decoder.path} declares ${name} as ${type} [${dims.join(', ')}]: a cache needs a free length and float32 or float16.`,
      );
    return [name, tensor] as const;
  });
  return { length: 0, tensors: Object.fromEntries(tensors) };
}

/** The cache after a run of the decoder over `added` more positions. */
export function grownCache(before: KvCache, outputs: Tensors, added: number): KvCache {
  const tensors = Object.entries(outputs)
    .filter(([name]) => name.startsWith(PRESENT))
    .map(([name, tensor]) => [PAST + name.slice(PRESENT.length), tensor] as const);
  return { length: before.length + added, tensors: Object.fromEntries(tensors) };
}

function isPast({ name }: { readonly name: string }): boolean {
  return name.startsWith(PAST);
}
