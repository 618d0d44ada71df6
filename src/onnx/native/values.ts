import type { Tensor } from '../tensor.js';
import { addressOf, bytesAt, type Pointer } from './api.js';
import type { Native } from './native.js';
import { shapeOf } from './specs.js';
import { bytesOf, codeOf, isTensorType, tensorOver } from './tensors.js';

/**
 * The OrtValues of one run. Those over our own tensors share their memory, and the tensors are held here until all is released, so
 * that nothing that the library reads or writes can be collected before.
 */
export class Values {
  readonly #native: Native;
  readonly #values = new Map<Tensor, Pointer>();

  constructor(native: Native) {
    this.#native = native;
  }

  /** The same tensor is the same value: an output that is written over an input shares its buffer. */
  over(tensor: Tensor): Pointer {
    const known = this.#values.get(tensor);
    if (known !== undefined) return known;
    const { api, memory } = this.#native;
    const { type, dims, data } = tensor;
    const elements = dims.reduce((product, dim) => product * dim, 1);
    if (elements !== data.length)
      throw new Error(`a tensor of the shape [${dims.join(', ')}] holds ${data.length} elements`);
    const shape = BigInt64Array.from(dims, BigInt);
    const bytes = BigInt(data.byteLength);
    const value = api.get(
      'CreateTensorWithDataAsOrtValue',
      memory,
      addressOf(data),
      bytes,
      shape,
      BigInt(dims.length),
      codeOf(type),
    );
    this.#values.set(tensor, value);
    return value;
  }

  release(): void {
    for (const value of this.#values.values()) this.#native.api.release('ReleaseValue', value);
    this.#values.clear();
  }
}

/** A copy of what the library has computed; with `lastRow`, of its innermost dimension's last row alone. */
export function copyOf({ api }: Native, name: string, value: Pointer, lastRow: boolean): Tensor {
  const info = api.get('GetTensorTypeAndShape', value);
  try {
    const { type, dims: shape } = shapeOf({ api }, info);
    if (!isTensorType(type))
      throw new TypeError(`the output ${name} has the type ${type}, which no model of Booth gives`);
    const whole = shape.map(Number);
    const dims = lastRow ? whole.map((dim, axis) => (axis === whole.length - 1 ? dim : 1)) : whole;
    const bytes = bytesOf(type, dims);
    const skipped = bytesOf(type, whole) - bytes;
    return tensorOver(type, dims, bytesAt(api.get('GetTensorMutableData', value) + BigInt(skipped), bytes));
  } finally {
    api.release('ReleaseTensorTypeAndShapeInfo', info);
  }
}
