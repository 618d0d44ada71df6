import { describe, expect, it } from 'vitest';
import { joinable, joined, shared } from '../../src/onnx/joined.js';
import { float32, int64, type Tensor, type Tensors } from '../../src/onnx/tensor.js';

const row = (...values: number[]) => float32([1, values.length], Float32Array.from(values));
const mask = (...bits: number[]): Tensor => ({
  type: 'bool',
  dims: [1, bits.length],
  data: Uint8Array.from(bits),
});

describe('inputs of several runs', () => {
  it('follow each other along the first axis, each of its own length', () => {
    const patches = (from: number, rows: number): Tensors => ({
      pixels: float32(
        [rows, 2],
        Float32Array.from({ length: 2 * rows }, (_, i) => from + i),
      ),
      grid: int64([1, 3], [1, 1, rows]),
    });
    expect(joined([patches(0, 2), patches(10, 1)], 0)).toEqual({
      pixels: float32([3, 2], Float32Array.of(0, 1, 2, 3, 10, 11)),
      grid: int64([2, 3], [1, 1, 2, 1, 1, 1]),
    });
  });

  it('follow each other along the second axis where the first is one, of any type', () => {
    expect(joined([{ mask: mask(1, 0) }, { mask: mask(1) }], 1)).toEqual({ mask: mask(1, 0, 1) });
    const halves = (...bits: number[]): Tensor => ({
      type: 'float16',
      dims: [1, 1, 1],
      data: Uint16Array.from(bits),
    });
    expect(joined([{ half: halves(0x3c00) }, { half: halves(0xbc00) }], 1)).toEqual({
      half: { type: 'float16', dims: [1, 2, 1], data: Uint16Array.of(0x3c00, 0xbc00) },
    });
  });

  it('are read from views of larger buffers, and nothing beside them', () => {
    const whole = Float32Array.of(9, 1, 2, 9);
    const view = { value: float32([1, 2], whole.subarray(1, 3)) };
    expect(joined([view, view], 0).value?.data).toEqual(Float32Array.of(1, 2, 1, 2));
  });

  it.each<[string, Tensors, Tensors, number]>([
    ['another width', { a: row(1, 2) }, { a: row(1) }, 0],
    ['another type', { a: row(1) }, { a: int64([1, 1], [1]) }, 0],
    ['another rank', { a: row(1) }, { a: float32([1, 1, 1], Float32Array.of(1)) }, 0],
    ['another name', { a: row(1) }, { b: row(1) }, 0],
    ['one name more', { a: row(1) }, { a: row(1), b: row(1) }, 0],
    [
      'several rows before the axis',
      { a: float32([2, 1], Float32Array.of(1, 2)) },
      { a: float32([2, 1], Float32Array.of(1, 2)) },
      1,
    ],
  ])('of %s are not joined', (_, one, other, axis) => {
    expect(joinable(one, other, axis)).toBe(false);
    expect(() => joined([one, other], axis)).toThrow(TypeError);
  });
});

describe('outputs of a joint run', () => {
  it('are shared out by the size of what went in, in copies', () => {
    const features = float32([3, 2], Float32Array.of(1, 2, 3, 4, 5, 6));
    const [large, small] = shared({ features }, [8, 4]);
    expect(large).toEqual({ features: float32([2, 2], Float32Array.of(1, 2, 3, 4)) });
    expect(small).toEqual({ features: float32([1, 2], Float32Array.of(5, 6)) });
    expect(small?.features?.data.buffer.byteLength).toBe(8);
  });

  it('that do not divide so are refused by name', () => {
    expect(() => shared({ features: row(1, 2) }, [1, 1])).toThrow(/features \[1, 2\] does not divide/);
  });
});
