import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { smartResize } from '../../../src/vlm/families/smart-resize.js';
import { describeParity } from './golden.js';

/** One step of a byte: 1/255, over the smallest standard deviation. */
const PER_BYTE = 1 / 255 / 0.26130258;

/** Width and height, and those that the reference makes of them. */
const resized: [number, number, number, number][] = JSON.parse(
  readFileSync(new URL('../../fixtures/images/smart-resize.json', import.meta.url), 'utf8'),
);
const LIMITS = { factor: 28, minPixels: 56 * 56, maxPixels: 28 * 28 * 1280 };

describe('qwen2_vl', () => describeParity('qwen2_vl', PER_BYTE));
describe('qwen2_5_vl', () => describeParity('qwen2_5_vl-hub', PER_BYTE));

describe('smartResize', () => {
  it('gives the sizes of the reference, with halves that go to the even neighbour', () => {
    const ours = resized.map(([width, height]) => {
      const size = smartResize({ width, height }, LIMITS);
      return [width, height, size?.width, size?.height];
    });
    expect(ours).toEqual(resized);
    expect(resized.length).toBeGreaterThan(100);
  });

  it('refuses a picture over 200 times as long as wide', () => {
    expect(smartResize({ width: 201, height: 1 }, LIMITS)).toBeNull();
    expect(smartResize({ width: 1, height: 20_000 }, LIMITS)).toBeNull();
  });
});
