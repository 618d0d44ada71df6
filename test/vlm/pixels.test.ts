import { describe, expect, it } from 'vitest';
import { type PatchSpec, patchify } from '../../src/vlm/pixels.js';
import { golden, picture } from './tiny.js';

const spec: PatchSpec = {
  patchSize: 8,
  mergeSize: 4,
  temporalPatchSize: 2,
  mean: [0.48145466, 0.4578275, 0.40821073],
  std: [0.26862954, 0.26130258, 0.27577711],
  rescale: 1 / 255,
};

describe('patchify', () => {
  it('gives the pixels of the reference image processor', () => {
    const { data, dims, grid } = patchify([picture(0), picture(1)], spec);
    expect(dims).toEqual(golden.pixels.dims);
    expect(grid).toEqual({ t: 1, h: 8, w: 12 });
    const sampled = data.filter((_, at) => at % golden.pixels.every === 0);
    expect(sampled).toHaveLength(golden.pixels.values.length);
    for (const [i, value] of golden.pixels.values.entries()) expect(sampled[i]).toBeCloseTo(value, 5);
  });

  it('repeats the last picture until the temporal patch is full', () => {
    const odd = patchify([picture(0), picture(1), picture(2)], spec);
    const even = patchify([picture(0), picture(1), picture(2), picture(2)], spec);
    expect(odd.grid.t).toBe(2);
    expect(Buffer.compare(Buffer.from(odd.data.buffer), Buffer.from(even.data.buffer))).toBe(0);
  });

  it.each([
    ['no picture at all', []],
    ['pictures of two sizes', [picture(0), { width: 32, height: 32, pixels: new Uint8Array(3072) }]],
    [
      'a side that is no multiple of patch times merge',
      [{ width: 40, height: 32, pixels: new Uint8Array(3840) }],
    ],
    ['a picture of no size', [{ width: 0, height: 0, pixels: new Uint8Array(0) }]],
    ['too few bytes', [{ width: 32, height: 32, pixels: new Uint8Array(3071) }]],
  ])('refuses %s', (_, pictures) => {
    expect(() => patchify(pictures, spec)).toThrow(TypeError);
  });
});
