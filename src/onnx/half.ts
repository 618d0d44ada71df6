import { float32, type Tensor } from './tensor.js';

type Float32Tensor = Extract<Tensor, { type: 'float32' }>;

const bits = new Uint32Array(1);
const number = new Float32Array(bits.buffer);

/** The tensor in single precision, itself where it is; `undefined` for one that holds no floats. */
export function asFloat32(tensor: Tensor | undefined): Float32Tensor | undefined {
  if (tensor?.type === 'float32') return tensor;
  if (tensor?.type === 'float16') return float32(tensor.dims, Float32Array.from(tensor.data, fromHalf));
  return undefined;
}

/** The tensor in the float type that a graph declares. */
export function asDeclared(tensor: Float32Tensor, type: string | undefined): Tensor {
  if (type !== 'float16') return tensor;
  return { type, dims: tensor.dims, data: Uint16Array.from(tensor.data, toHalf) };
}

/** IEEE 754 binary16 → number. */
export function fromHalf(half: number): number {
  const sign = half & 0x8000 ? -1 : 1;
  const exponent = (half >> 10) & 0x1f;
  const fraction = half & 0x3ff;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 0x1f) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

/** Number → IEEE 754 binary16, rounded to the nearest, halves to even. */
export function toHalf(value: number): number {
  number[0] = value;
  const single = bits[0] as number;
  const sign = (single >>> 16) & 0x8000;
  const magnitude = single & 0x7fffffff;
  if (magnitude > 0x7f800000) return sign | 0x7e00;
  if (magnitude >= 0x47800000) return sign | 0x7c00;
  if (magnitude < 0x38800000) return sign | roundHalfEven(Math.abs(number[0] as number) * 2 ** 24);
  const rounded = magnitude + 0xfff + ((magnitude >>> 13) & 1);
  return sign | ((rounded - 0x38000000) >>> 13);
}

function roundHalfEven(value: number): number {
  const floor = Math.floor(value);
  const rest = value - floor;
  return rest > 0.5 || (rest === 0.5 && floor % 2 === 1) ? floor + 1 : floor;
}
