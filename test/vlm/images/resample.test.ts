import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { laidOn } from '../../../src/vlm/images/canvas.js';
import { FILTERS } from '../../../src/vlm/images/filters.js';
import { type ResampleName, resample, resampleName } from '../../../src/vlm/images/resample.js';
import type { Picture } from '../../../src/vlm/pixels.js';
import { fc } from '../../support/fc.js';
import { patterned } from './pictures.js';

interface Golden {
  readonly pillow: string;
  readonly cases: readonly {
    readonly from: [number, number];
    readonly to: [number, number];
    readonly filter: ResampleName;
    readonly sha256: string;
    readonly head: number[];
  }[];
}

const golden: Golden = JSON.parse(
  readFileSync(new URL('../../fixtures/images/resample.json', import.meta.url), 'utf8'),
);

const FILTER_NAMES: readonly ResampleName[] = ['nearest', 'box', 'bilinear', 'hamming', 'bicubic', 'lanczos'];
const side = fc.integer({ min: 1, max: 40 });

describe('resample', () => {
  it.each(golden.cases)(
    'equals Pillow to the bit: $filter from $from to $to',
    ({ from, to, filter, sha256, head }) => {
      const [width, height] = to;
      const { pixels, ...size } = resample(patterned(from[0], from[1]), { width, height }, filter);
      expect(size).toEqual({ width, height });
      expect([...pixels.subarray(0, 12)]).toEqual(head);
      expect(createHash('sha256').update(pixels).digest('hex')).toBe(sha256);
    },
  );

  it('keeps a picture of one colour, whatever the filter and the sizes', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...FILTER_NAMES),
        fc.tuple(side, side, side, side),
        fc.tuple(byte, byte, byte),
        (filter, [fromWidth, fromHeight, width, height], colour) => {
          const plain = painted(fromWidth, fromHeight, colour);
          expect(resample(plain, { width, height }, filter)).toEqual(painted(width, height, colour));
        },
      ),
    );
  });

  it('never leaves the range of its source where the filter has no negative lobes', () => {
    fc.assert(
      fc.property(
        fc.constantFrom<ResampleName>('nearest', 'box', 'bilinear', 'hamming'),
        fc.tuple(side, side),
        fc.uint8Array({ minLength: 7 * 5 * 3, maxLength: 7 * 5 * 3 }),
        (filter, [width, height], pixels) => {
          const out = resample({ width: 7, height: 5, pixels }, { width, height }, filter).pixels;
          expect(Math.min(...out)).toBeGreaterThanOrEqual(Math.min(...pixels));
          expect(Math.max(...out)).toBeLessThanOrEqual(Math.max(...pixels));
        },
      ),
    );
  });

  it('gives a picture of the wanted size back as it is', () => {
    const picture = patterned(9, 4);
    for (const filter of FILTER_NAMES) expect(resample(picture, picture, filter)).toBe(picture);
  });

  it.each([0, -3, 2.5, Number.NaN])('refuses a side of %d pixels', (width) => {
    expect(() => resample(patterned(4, 4), { width, height: 4 }, 'bicubic')).toThrow(TypeError);
  });
});

describe('resampleName', () => {
  it("knows Pillow's numbers and no others", () => {
    expect([0, 1, 2, 3, 4, 5, 6].map(resampleName)).toEqual([
      'nearest',
      'lanczos',
      'bilinear',
      'bicubic',
      'box',
      'hamming',
      undefined,
    ]);
  });
});

describe('FILTERS', () => {
  it('weigh nothing beyond their support', () => {
    for (const { support, weight } of Object.values(FILTERS)) {
      expect(weight(0)).toBe(1);
      expect(weight(support + 1e-9)).toBe(0);
      expect(weight(-support - 1e-9)).toBe(0);
    }
  });
});

const byte = fc.integer({ min: 0, max: 255 });
const share = fc.double({ min: 0, max: 0.99, noNaN: true });

function painted(width: number, height: number, colour: readonly [number, number, number]): Picture {
  const pixels = new Uint8Array(width * height * 3).map((_, at) => colour[at % 3] as number);
  return { width, height, pixels };
}

describe('a window of what is resampled', () => {
  it('is that part of the whole', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...FILTER_NAMES),
        fc.tuple(side, side, side, side),
        fc.tuple(share, share, share, share),
        (filter, [fromWidth, fromHeight, width, height], [x, y, w, h]) => {
          const left = Math.floor(x * width);
          const top = Math.floor(y * height);
          const window = {
            left,
            top,
            width: 1 + Math.floor(w * (width - left)),
            height: 1 + Math.floor(h * (height - top)),
          };
          const picture = patterned(fromWidth, fromHeight);
          const whole = resample(picture, { width, height }, filter);
          expect(resample(picture, { width, height }, filter, window)).toEqual(
            laidOn(window, whole, [-left, -top]),
          );
        },
      ),
    );
  });
});
