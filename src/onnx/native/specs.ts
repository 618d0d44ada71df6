import type { TensorSpec } from '../tensor.js';
import { type Pointer, textAt } from './api.js';
import type { Native } from './native.js';
import { typeOf } from './tensors.js';

/** What a session declares of its inputs or outputs, in its own order. */
export function specsOf(
  { api, allocator }: Native,
  session: Pointer,
  side: 'Input' | 'Output',
): TensorSpec[] {
  const count = Number(api.get(`SessionGet${side}Count`, session));
  return Array.from({ length: count }, (_, index) => {
    const text = api.get(`SessionGet${side}Name`, session, index, allocator);
    const name = textAt(text);
    api.call('AllocatorFree', allocator, text);
    const info = api.get(`SessionGet${side}TypeInfo`, session, index);
    try {
      const tensorInfo = api.get('CastTypeInfoToTensorInfo', info);
      if (tensorInfo === 0n) return { name, type: 'not a tensor', dims: [] };
      return { name, ...shapeOf({ api }, tensorInfo) };
    } finally {
      api.release('ReleaseTypeInfo', info);
    }
  });
}

/** Type and shape that an `OrtTensorTypeAndShapeInfo` tells. */
export function shapeOf({ api }: Pick<Native, 'api'>, info: Pointer): Omit<TensorSpec, 'name'> {
  const rank = Number(api.get('GetDimensionsCount', info));
  const sizes = new BigInt64Array(rank);
  const names = new BigUint64Array(rank);
  if (rank > 0) {
    api.call('GetDimensions', info, sizes, rank);
    api.call('GetSymbolicDimensions', info, names, rank);
  }
  const dims = Array.from(sizes, (size, axis) => (size < 0n ? textAt(names[axis] as Pointer) : Number(size)));
  // The enum has 32 bits; the rest of what `get` receives stays 0.
  return { type: typeOf(Number(api.get('GetTensorElementType', info))), dims };
}
