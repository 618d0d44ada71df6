import type { RunOptions, SharedCache } from '../runtime.js';
import { float32, int64, type Tensor, type TensorSpec, type Tensors } from '../tensor.js';
import type { Session } from './session.js';
import { tensorOver } from './tensors.js';

const PAST = 'past_key_values.';
const PRESENT = 'present.';

/** Room for so many positions at first. It doubles when it is full: attention reserves scratch memory for all of it. */
const FIRST_CAPACITY = 256;

/** Positions that the probe pretends to hold; more than the one that it asks for. */
const PROBE_LENGTH = 8;

/** Numbers of one position in one tensor of the past, and of one token in the probe; models in use have a tenth of it. A damaged graph may declare any. */
const MOST_NUMBERS = 1_000_000;

/** One tensor of the past: its name as input and as output. */
interface Slot {
  readonly past: string;
  readonly present: string;
  readonly type: 'float32' | 'float16';
  readonly heads: number;
  readonly headDim: number;
}

/** The slots of a decoder; undefined when it is none, or has a past of another layout than [batch, heads, length, headDim]. */
export function slotsOf(inputs: readonly TensorSpec[]): readonly Slot[] | undefined {
  const pasts = inputs.filter(({ name }) => name.startsWith(PAST));
  const slots = pasts.flatMap(({ name, type, dims }): Slot[] => {
    const [, heads, , headDim] = dims;
    if (type !== 'float32' && type !== 'float16') return [];
    if (dims.length !== 4 || typeof heads !== 'number' || typeof headDim !== 'number') return [];
    if (heads * headDim > MOST_NUMBERS) return [];
    return [{ past: name, present: PRESENT + name.slice(PAST.length), type, heads, headDim }];
  });
  return slots.length > 0 && slots.length === pasts.length ? slots : undefined;
}

/**
 * Whether the graph extends its past in place. A GroupQueryAttention that is given more room than it is told to use leaves the present as
 * long as the past; a graph that concatenates makes it longer by one, or fails.
 */
export async function sharesBuffers(
  session: Pick<Session, 'inputs' | 'run'>,
  slots: readonly Slot[],
): Promise<boolean> {
  const mask = session.inputs.some(({ name }) => name === 'attention_mask');
  const others = session.inputs.filter(({ name }) => !name.startsWith(PAST));
  const probes = others.flatMap(({ name, type, dims }) => {
    const shape = dims.map((dim) => (typeof dim === 'number' ? dim : 1));
    const count = shape.reduce((product, dim) => product * dim, 1);
    if (count > MOST_NUMBERS) return [];
    const ones = Array<number>(count).fill(1);
    if (type === 'int64') return [[name, int64(shape, ones)] as const];
    if (type === 'float32') return [[name, float32(shape, Float32Array.from(ones))] as const];
    return [];
  });
  if (!mask || probes.length < others.length) return false;
  const past = slots.map((slot) => [slot.past, room(slot, PROBE_LENGTH)] as const);
  const outputs = await session.run(Object.fromEntries([...probes, ...past])).catch(() => undefined);
  return outputs !== undefined && slots.every(({ present }) => outputs[present]?.dims[2] === PROBE_LENGTH);
}

export class InPlaceCache implements SharedCache {
  readonly #session: Session;
  readonly #slots: readonly Slot[];
  readonly #failed: (cause: unknown) => never;
  #buffers: readonly Tensor[];
  #capacity = FIRST_CAPACITY;
  #length = 0;
  #running = false;

  /** `failed` raises what a run's failure is to the caller. */
  constructor(session: Session, slots: readonly Slot[], failed: (cause: unknown) => never) {
    this.#session = session;
    this.#slots = slots;
    this.#failed = failed;
    this.#buffers = slots.map((slot) => room(slot, this.#capacity));
  }

  get length(): number {
    return this.#length;
  }

  async run(inputs: Tensors, count: number, options?: RunOptions): Promise<Tensors> {
    if (this.#running)
      throw new TypeError('a cache is extended by one run at a time: wait for the one before');
    this.#running = true;
    try {
      this.#reserve(this.#length + count);
      const past = this.#slots.map((slot, index) => [slot.past, this.#buffers[index] as Tensor] as const);
      const present = this.#slots.map(
        (slot, index) => [slot.present, this.#buffers[index] as Tensor] as const,
      );
      const outputs = await this.#session
        .run({ ...inputs, ...Object.fromEntries(past) }, options, Object.fromEntries(present))
        .catch(this.#failed);
      this.#length += count;
      return outputs;
    } finally {
      this.#running = false;
    }
  }

  truncate(length: number): void {
    if (length < 0 || length > this.#length)
      throw new TypeError(`a cache of ${this.#length} positions cannot be cut to ${length}`);
    this.#length = length;
  }

  #reserve(length: number): void {
    if (length <= this.#capacity) return;
    const capacity = Math.max(length, this.#capacity * 2);
    this.#buffers = this.#slots.map((slot, index) =>
      grown(slot, this.#buffers[index] as Tensor, this.#length, capacity),
    );
    this.#capacity = capacity;
  }
}

/** Zeros [1, heads, capacity, headDim]. */
function room({ type, heads, headDim }: Slot, capacity: number): Tensor {
  const bytes = heads * capacity * headDim * (type === 'float32' ? 4 : 2);
  return tensorOver(type, [1, heads, capacity, headDim], new ArrayBuffer(bytes));
}

/** The first `length` positions of every head, in a larger room. */
function grown(slot: Slot, before: Tensor, length: number, capacity: number): Tensor {
  const after = room(slot, capacity);
  const row = slot.headDim * before.data.BYTES_PER_ELEMENT;
  const [from, to] = [before, after].map(({ data }) => new Uint8Array(data.buffer)) as [
    Uint8Array,
    Uint8Array,
  ];
  const [oldStride, newStride] = [before, after].map(({ dims }) => (dims[2] as number) * row) as [
    number,
    number,
  ];
  for (let head = 0; head < slot.heads; head++)
    to.set(from.subarray(head * oldStride, head * oldStride + length * row), head * newStride);
  return after;
}
