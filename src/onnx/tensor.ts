/** Shapes are row-major; `data` holds the product of `dims` elements. float16 values are IEEE halves in 16-bit words. */
export type Tensor =
  | { readonly type: 'float32'; readonly dims: readonly number[]; readonly data: Float32Array }
  | { readonly type: 'float16'; readonly dims: readonly number[]; readonly data: Uint16Array }
  | { readonly type: 'int64'; readonly dims: readonly number[]; readonly data: BigInt64Array }
  | { readonly type: 'int32'; readonly dims: readonly number[]; readonly data: Int32Array }
  | { readonly type: 'bool'; readonly dims: readonly number[]; readonly data: Uint8Array };

export type Tensors = Readonly<Record<string, Tensor>>;

/** What a graph declares about one input or output. A dimension is a number, or the name of a free one. */
export interface TensorSpec {
  readonly name: string;
  readonly type: string;
  readonly dims: readonly (number | string)[];
}

export function float32(dims: readonly number[], data: Float32Array): Extract<Tensor, { type: 'float32' }> {
  return { type: 'float32', dims, data };
}

/** Integers as an int64 tensor. */
export function int64(dims: readonly number[], values: Iterable<number>): Tensor {
  return { type: 'int64', dims, data: BigInt64Array.from(values, BigInt) };
}

/** A tensor without elements, of a declared type: the past of an empty cache. */
export function emptyTensor(type: string, dims: readonly number[]): Tensor | undefined {
  if (type === 'float32') return { type, dims, data: new Float32Array(0) };
  if (type === 'float16') return { type, dims, data: new Uint16Array(0) };
  return undefined;
}
