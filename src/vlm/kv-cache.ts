import { BoothError } from '../errors.js';
import type { Graph, RunOptions, SharedCache } from '../onnx/runtime.js';
import { emptyTensor, type Tensors } from '../onnx/tensor.js';

/**
 * Past keys and values of a decoder, `past_key_values.{layer}.key|value` → [batch, kvHeads, length, headDim].
 * A value: reading makes a new one, and going back to an older one costs nothing.
 */
export interface KvCache {
  /** Positions held. */
  readonly length: number;
  /**
   * Runs the decoder over `inputs`, which are `count` more positions. One run at a time on what has grown from the same
   * empty cache. Raises INFERENCE_FAILED, and a TypeError when the positions held were overwritten: where the decoder extends its past
   * in place, going back to an older cache and reading on ends those that had grown from it.
   */
  read(
    inputs: Tensors,
    count: number,
    options?: RunOptions,
  ): Promise<{ readonly outputs: Tensors; readonly cache: KvCache }>;
}

const PAST = 'past_key_values.';
const PRESENT = 'present.';

/** In place where the graph can. Raises MODEL_INVALID for a past that cannot be empty. */
export function emptyCache(decoder: Graph): KvCache {
  const past = emptyPast(decoder);
  const { newCache } = decoder;
  if (newCache === undefined) return copying(decoder, 0, past);
  return { length: 0, read: (...what) => new Branch({ cache: newCache(), reads: [] }, 0, 0).read(...what) };
}

/** By the graph's own declaration: `batch_size` is 1, every other free dimension 0. */
function emptyPast(decoder: Graph): Tensors {
  const tensors = decoder.inputs
    .filter(({ name }) => name.startsWith(PAST))
    .map(({ name, type, dims }) => {
      const shape = dims.map((dim) => (typeof dim === 'number' ? dim : dim === 'batch_size' ? 1 : 0));
      const tensor = shape.includes(0) ? emptyTensor(type, shape) : undefined;
      if (tensor === undefined)
        throw new BoothError(
          'MODEL_INVALID',
          `${decoder.path} declares ${name} as ${type} [${dims.join(', ')}]: a cache needs a free length and float32 or float16.`,
        );
      return [name, tensor] as const;
    });
  return Object.fromEntries(tensors);
}

/** The portable form: every run gives the whole past anew. */
function copying(decoder: Graph, length: number, past: Tensors): KvCache {
  return {
    length,
    async read(inputs, count, options) {
      const outputs = await decoder.run({ ...inputs, ...past }, options);
      return { outputs, cache: copying(decoder, length + count, pastOf(outputs)) };
    },
  };
}

function pastOf(outputs: Tensors): Tensors {
  const present = Object.entries(outputs).filter(([name]) => name.startsWith(PRESENT));
  return Object.fromEntries(
    present.map(([name, tensor]) => [PAST + name.slice(PRESENT.length), tensor] as const),
  );
}

/** Buffers, and the reads that they hold, oldest first; each read has a token of its own. */
interface Trunk {
  readonly cache: SharedCache;
  readonly reads: object[];
}

/** The first `depth` reads of a trunk, as long as they are still the ones that this branch has made. */
class Branch implements KvCache {
  readonly length: number;
  readonly #trunk: Trunk;
  readonly #depth: number;
  readonly #newest: object | undefined;

  constructor(trunk: Trunk, length: number, depth: number) {
    this.#trunk = trunk;
    this.length = length;
    this.#depth = depth;
    this.#newest = trunk.reads[depth - 1];
  }

  async read(inputs: Tensors, count: number, options?: RunOptions) {
    const { cache, reads } = this.#trunk;
    if (reads[this.#depth - 1] !== this.#newest)
      throw new TypeError(
        'this context was overwritten: another was read on from an older one that both have grown from',
      );
    cache.truncate(this.length);
    reads.length = this.#depth;
    const outputs = await cache.run(inputs, count, options);
    reads.push({});
    return { outputs, cache: new Branch(this.#trunk, this.length + count, this.#depth + 1) };
  }
}
