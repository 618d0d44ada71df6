import type { Tensor } from '../tensor.js';

/** `ONNXTensorElementDataType` of the C API. */
const CODES: Readonly<Record<Tensor['type'], number>> = {
  float32: 1,
  int32: 6,
  int64: 7,
  bool: 9,
  float16: 10,
};

/** Names of the types that Booth's tensors do not have, for messages. */
const OTHER: Readonly<Record<number, string>> = {
  2: 'uint8',
  3: 'int8',
  4: 'uint16',
  5: 'int16',
  8: 'string',
  11: 'float64',
  12: 'uint32',
  13: 'uint64',
  16: 'bfloat16',
};

export function codeOf(type: Tensor['type']): number {
  return CODES[type];
}

export function typeOf(code: number): string {
  const known = Object.entries(CODES).find(([, each]) => each === code)?.[0];
  return known ?? OTHER[code] ?? `type ${code}`;
}

const BYTES: Readonly<Record<Tensor['type'], number>> = {
  float32: 4,
  int32: 4,
  int64: 8,
  bool: 1,
  float16: 2,
};

/** A tensor over the bytes of `buffer`. */
export function tensorOver(type: Tensor['type'], dims: readonly number[], buffer: ArrayBuffer): Tensor {
  switch (type) {
    case 'float32':
      return { type, dims, data: new Float32Array(buffer) };
    case 'float16':
      return { type, dims, data: new Uint16Array(buffer) };
    case 'int64':
      return { type, dims, data: new BigInt64Array(buffer) };
    case 'int32':
      return { type, dims, data: new Int32Array(buffer) };
    case 'bool':
      return { type, dims, data: new Uint8Array(buffer) };
  }
}

export function isTensorType(type: string): type is Tensor['type'] {
  return type in CODES;
}

export function bytesOf(type: Tensor['type'], dims: readonly number[]): number {
  return dims.reduce((product, dim) => product * dim, BYTES[type]);
}
