import { describe, expect, it } from 'vitest';
import { anyResolution, bestResolution } from '../../../src/vlm/images/anyres.js';
import { cropped, interpolated, joined } from '../../../src/vlm/images/feature-map.js';
import { numberWords } from '../../../src/vlm/images/number-words.js';
import { tiled } from '../../../src/vlm/images/tiles.js';
import { fc } from '../../support/fc.js';
import { patterned } from './pictures.js';

const TILE = 8;
const side = fc.integer({ min: 1, max: 90 });

describe('tiled', () => {
  it('gives whole tiles, rows times columns of them and the whole picture, whatever the shape', () => {
    fc.assert(
      fc.property(side, side, (width, height) => {
        const spec = { longestEdge: 4 * TILE, tile: TILE, filter: 'bilinear' } as const;
        const { pictures, rows, columns } = tiled(patterned(width, height), spec);
        expect(pictures).toHaveLength(rows * columns + 1);
        expect(Math.max(rows, columns)).toBe(4);
        expect(pictures.every((picture) => picture.width === TILE && picture.height === TILE)).toBe(true);
      }),
    );
  });

  it('leaves a picture whole that is asked to be one tile', () => {
    const spec = { longestEdge: TILE, tile: TILE, filter: 'bilinear' } as const;
    expect(tiled(patterned(20, 9), spec)).toMatchObject({ rows: 0, columns: 0, pictures: { length: 1 } });
  });
});

describe('anyResolution', () => {
  const resolutions = [1, 2, 3].flatMap((rows) =>
    [1, 2, 3].map((columns) => ({ width: columns * TILE, height: rows * TILE })),
  );

  it('gives the whole picture and the tiles of one of the resolutions', () => {
    fc.assert(
      fc.property(side, side, (width, height) => {
        const { views, rows, columns } = anyResolution(
          patterned(width, height),
          resolutions,
          TILE,
          'bilinear',
        );
        expect(resolutions).toContainEqual({ width: columns * TILE, height: rows * TILE });
        expect(views).toHaveLength(rows * columns + 1);
        expect(views.every((view) => view.width === TILE && view.height === TILE)).toBe(true);
      }),
    );
  });

  it('keeps most of the picture, and of what keeps as much wastes least', () => {
    expect(bestResolution({ width: 160, height: 20 }, resolutions)).toEqual({ width: 24, height: 8 });
    expect(bestResolution({ width: 7, height: 7 }, resolutions)).toEqual({ width: 8, height: 8 });
  });
});

describe('a feature map', () => {
  const map = { rows: 2, columns: 2, channels: 1, data: Float32Array.of(0, 1, 2, 3) };

  it('is interpolated between cells, and not beyond its edge', () => {
    expect([...interpolated(map, 1, 1).data]).toEqual([1.5]);
    expect([...interpolated(map, 2, 4).data]).toEqual([0, 0.25, 0.75, 1, 2, 2.25, 2.75, 3]);
  });

  it('is put together from tiles and cut down to a part', () => {
    const whole = joined([map, map], 2);
    expect([...whole.data]).toEqual([0, 1, 0, 1, 2, 3, 2, 3]);
    expect([...cropped(whole, { top: 1, left: 1, rows: 1, columns: 2 }).data]).toEqual([3, 2]);
  });
});

describe('numberWords', () => {
  it.each([
    [0, 'zero'],
    [13, 'thirteen'],
    [21, 'twenty-one'],
    [64, 'sixty-four'],
    [100, 'one hundred'],
    [101, 'one hundred and one'],
    [256, 'two hundred and fifty-six'],
    [999, 'nine hundred and ninety-nine'],
  ])('spells %d as num2words does: %s', (value, words) => {
    expect(numberWords(value)).toBe(words);
  });
});
