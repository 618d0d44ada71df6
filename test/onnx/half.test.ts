import { describe, expect, it } from 'vitest';
import { asDeclared, asFloat32, fromHalf, toHalf } from '../../src/onnx/half.js';
import { float32, int64 } from '../../src/onnx/tensor.js';

describe('halves', () => {
  // IEEE 754-2019, binary16: the ends of the normal and the subnormal numbers.
  it.each([
    [0x0000, 0],
    [0x0001, 2 ** -24],
    [0x03ff, 1023 * 2 ** -24],
    [0x0400, 2 ** -14],
    [0x3555, 0.333251953125],
    [0x3c00, 1],
    [0xc000, -2],
    [0x7bff, 65504],
    [0x7c00, Number.POSITIVE_INFINITY],
    [0xfc00, Number.NEGATIVE_INFINITY],
  ])('%i is %d', (half, value) => {
    expect(fromHalf(half)).toBe(value);
    expect(toHalf(value)).toBe(half);
  });

  it('come back as they were, every one of them', () => {
    const wrong = Array.from({ length: 0x10000 }, (_, half) => half).filter((half) => {
      const value = fromHalf(half);
      return Number.isNaN(value) ? (toHalf(value) & 0x7fff) !== 0x7e00 : toHalf(value) !== half;
    });
    expect(wrong).toEqual([]);
  });

  it('are the nearest, and the even one of two that are as near', () => {
    expect(toHalf(1 + 2 ** -11)).toBe(0x3c00);
    expect(toHalf(1 + 3 * 2 ** -11)).toBe(0x3c02);
    expect(toHalf(1 + 2 ** -11 + 2 ** -20)).toBe(0x3c01);
    expect(toHalf(1.5 * 2 ** -24)).toBe(2);
    expect(toHalf(0.5 * 2 ** -24)).toBe(0);
    expect(toHalf(2047.5 * 2 ** -25)).toBe(0x0400);
    expect(toHalf(65519)).toBe(0x7bff);
    expect(toHalf(65520)).toBe(0x7c00);
    expect(toHalf(1e9)).toBe(0x7c00);
  });

  it('are what a graph is given that declares them, and nothing else is changed', () => {
    const single = float32([2], Float32Array.of(1, -2));
    expect(asDeclared(single, 'float32')).toBe(single);
    const half = asDeclared(single, 'float16');
    expect(half).toEqual({ type: 'float16', dims: [2], data: Uint16Array.of(0x3c00, 0xc000) });
    expect(asFloat32(half)).toEqual(single);
    expect(asFloat32(int64([1], [1]))).toBeUndefined();
  });
});
