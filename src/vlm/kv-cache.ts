import { BoothError } from '../errors.js';
import type { Graph, RunOptions, SharedCache } from '../onnx/runtime.js';
import { emptyTensor, type Tensor, type Tensors } from '../onnx/tensor.js';

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
  /** The first `length` positions. Raises a TypeError when it holds fewer. */
  first(length: number): KvCache;
}

const PAST = 'past_key_values.';
const PRESENT = 'present.';

/** In place where the graph can. Raises MODEL_INVALID for a past that cannot be empty. */
export function emptyCache(decoder: Graph): KvCache {
  const past = emptyPast(decoder);
  const { newCache } = decoder;
  if (newCache === undefined) return copying(decoder, 0, past);
  const empty: KvCache = {
    length: 0,
    read: (...what) => new Branch({ cache: newCache(), writers: [] }, 0).read(...what),
    first: (length) => cut(empty, length, () => empty),
  };
  return empty;
}

function cut(cache: KvCache, length: number, make: () => KvCache): KvCache {
  if (length === cache.length) return cache;
  if (length >= 0 && length < cache.length) return make();
  throw new TypeError(`a cache of ${cache.length} positions cannot be cut to ${length}`);
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
  const cache: KvCache = {
    length,
    async read(inputs, count, options) {
      const outputs = await decoder.run({ ...inputs, ...past }, options);
      return { outputs, cache: copying(decoder, length + count, pastOf(outputs)) };
    },
    first: (shorter) => cut(cache, shorter, () => cutWhenRead(decoder, shorter, past)),
  };
  return cache;
}

/** Many a shorter cache is never read on from: its copy is made when one is. */
function cutWhenRead(decoder: Graph, length: number, longer: Tensors): KvCache {
  const cache: KvCache = {
    length,
    read(...what) {
      const past = Object.entries(longer).map(([name, tensor]) => [name, firstPositions(tensor, length)]);
      return copying(decoder, length, Object.fromEntries(past)).read(...what);
    },
    first: (shorter) => cut(cache, shorter, () => cutWhenRead(decoder, shorter, longer)),
  };
  return cache;
}

function pastOf(outputs: Tensors): Tensors {
  const present = Object.entries(outputs).filter(([name]) => name.startsWith(PRESENT));
  return Object.fromEntries(
    present.map(([name, tensor]) => [PAST + name.slice(PRESENT.length), tensor] as const),
  );
}

/** Of [batch, heads, positions, headDim]. */
function firstPositions(tensor: Tensor, length: number): Tensor {
  const { type, data, dims } = tensor;
  const [batch = 1, heads = 1, positions = 0, headDim = 0] = dims;
  const shape = [batch, heads, length, headDim];
  const cutRows = <Values extends Float32Array | Uint16Array>(from: Values, to: Values): Values => {
    for (let row = 0; row < batch * heads; row++) {
      const start = row * positions * headDim;
      to.set(from.subarray(start, start + length * headDim), row * length * headDim);
    }
    return to;
  };
  const elements = shape.reduce((product, dim) => product * dim, 1);
  if (type === 'float32') return { type, dims: shape, data: cutRows(data, new Float32Array(elements)) };
  if (type === 'float16') return { type, dims: shape, data: cutRows(data, new Uint16Array(elements)) };
  throw new TypeError(`a past of ${type} cannot be cut`);
}

/** Buffers, and for each position that they hold, what stands for the read that wrote it. */
interface Trunk {
  readonly cache: SharedCache;
  readonly writers: object[];
}

/** The first positions of a trunk, as long as they are still the ones that this branch has read. */
class Branch implements KvCache {
  readonly length: number;
  readonly #trunk: Trunk;
  readonly #writer: object | undefined;

  constructor(trunk: Trunk, length: number) {
    this.#trunk = trunk;
    this.length = length;
    this.#writer = trunk.writers[length - 1];
  }

  async read(inputs: Tensors, count: number, options?: RunOptions) {
    this.#check();
    const { cache, writers } = this.#trunk;
    cache.truncate(this.length);
    writers.length = this.length;
    const outputs = await cache.run(inputs, count, options);
    const writer = {};
    for (let position = 0; position < count; position++) writers.push(writer);
    return { outputs, cache: new Branch(this.#trunk, this.length + count) };
  }

  first(length: number): KvCache {
    return cut(this, length, () => {
      this.#check();
      return new Branch(this.#trunk, length);
    });
  }

  #check(): void {
    if (this.#trunk.writers[this.length - 1] !== this.#writer)
      throw new TypeError(
        'this context was overwritten: another was read on from an older one that both have grown from',
      );
  }
}
