import { describe, expect, it } from 'vitest';
import { cutInto, laidOn, padToSquare } from '../../../src/vlm/images/canvas.js';
import { resampledMiddle } from '../../../src/vlm/images/middle.js';
import { resample } from '../../../src/vlm/images/resample.js';
import type { Picture } from '../../../src/vlm/pixels.js';
import { patterned } from './pictures.js';

const red = ({ pixels }: Picture) => [...pixels.filter((_, at) => at % 3 === 0)];
const ramp = (width: number, height: number): Picture => ({
  width,
  height,
  pixels: Uint8Array.from({ length: width * height * 3 }, (_, at) => 1 + Math.floor(at / 3)),
});

describe('laidOn', () => {
  it('fills what the picture does not cover, and cuts off what hangs over', () => {
    expect(red(laidOn({ width: 3, height: 3 }, ramp(2, 2), [1, -1], [9, 0, 0]))).toEqual([
      9, 3, 4, 9, 9, 9, 9, 9, 9,
    ]);
    expect(red(laidOn({ width: 2, height: 1 }, ramp(2, 2), [5, 0]))).toEqual([0, 0]);
  });
});

describe('padToSquare', () => {
  it('puts the picture in the middle, the odd pixel after it', () => {
    expect(red(padToSquare(ramp(3, 2), [7, 7, 7]))).toEqual([1, 2, 3, 4, 5, 6, 7, 7, 7]);
  });

  it('refuses a picture whose square would fill the memory', () => {
    expect(() => padToSquare(patterned(1, 20_000), [0, 0, 0])).toThrow(
      expect.objectContaining({ code: 'INFERENCE_FAILED', message: expect.stringContaining('1×20000') }),
    );
  });
});

describe('cutInto', () => {
  it('goes row by row, and leaves nothing out', () => {
    expect(cutInto(ramp(4, 2), 2).map(red)).toEqual([
      [1, 2, 5, 6],
      [3, 4, 7, 8],
    ]);
  });
});

describe('resampledMiddle', () => {
  it('takes the middle of the larger and puts black around the smaller side', () => {
    const picture = patterned(10, 6);
    const whole = resample(picture, { width: 20, height: 4 }, 'bicubic');
    expect(resampledMiddle(picture, { width: 20, height: 4 }, { width: 7, height: 9 }, 'bicubic')).toEqual(
      laidOn({ width: 7, height: 9 }, whole, [-6, 3]),
    );
  });

  it('computes only what is seen of a picture that would not fit into the memory', () => {
    const seen = resampledMiddle(
      patterned(1, 20_000),
      { width: 1024, height: 20_480_000 },
      { width: 64, height: 64 },
      'bicubic',
    );
    expect(seen.pixels).toHaveLength(64 * 64 * 3);
  });
});
