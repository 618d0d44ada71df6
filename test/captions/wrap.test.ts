import { describe, expect, it } from 'vitest';
import { columns, wrap } from '../../src/captions/wrap.js';
import { graphemes } from '../../src/media/graphemes.js';
import { plainLine } from '../../src/media/plain-line.js';
import { fc } from '../support/fc.js';
import { hostileText, WRAP } from './support.js';

const narrow = { lineLength: 12, lines: 2 };

describe('wrap', () => {
  it('leaves a short text on one line', () => {
    expect(wrap('Corner for Red.', WRAP)).toEqual([['Corner for Red.']]);
  });

  it('makes no page of nothing', () => {
    expect(wrap(' \n ', WRAP)).toEqual([]);
  });

  it('balances two lines', () => {
    expect(wrap('Red win the ball in midfield and look forward.', WRAP)).toEqual([
      ['Red win the ball in', 'midfield and look forward.'],
    ]);
  });

  it('starts a new page when the lines are full', () => {
    expect(wrap('Red pass and pass and pass and pass it.', narrow)).toEqual([
      ['Red pass and', 'pass and'],
      ['pass and', 'pass it.'],
    ]);
  });

  it('breaks Chinese between words, and before no punctuation', () => {
    expect(wrap('我们现在看到比赛开始，他们非常努力。', { lineLength: 20, lines: 2 })).toEqual([
      ['我们现在看到比赛', '开始，他们非常努力。'],
    ]);
  });

  it('keeps quotation marks and brackets with what they enclose', () => {
    for (let lineLength = 8; lineLength < 30; lineLength += 1) {
      const lines = wrap('他说「红队进球了」（二比一）！', { lineLength, lines: 2 }).flat();
      for (const line of lines) {
        expect(line).not.toMatch(/^[」）！]/);
        expect(line).not.toMatch(/[「（]$/);
      }
    }
  });

  it('splits a word that is longer than a line', () => {
    expect(wrap('x'.repeat(30), narrow)).toEqual([['x'.repeat(12), 'x'.repeat(12)], ['x'.repeat(6)]]);
  });

  it('takes a mark that stands on a space for nothing', () => {
    expect(wrap('传球，  \u0300curabitur', { lineLength: 8, lines: 2 })).toEqual([
      ['传球，', 'curabitu'],
      ['r'],
    ]);
  });

  it('loses and adds nothing but the spaces at breaks, fits, and splits no character', () => {
    fc.assert(
      fc.property(
        hostileText,
        fc.integer({ min: 8, max: 60 }),
        fc.integer({ min: 1, max: 4 }),
        (text, lineLength, lines) => {
          const pages = wrap(text, { lineLength, lines });
          const bare = (some: string) => some.replaceAll(' ', '');
          expect(bare(pages.flat().join(''))).toBe(bare(plainLine(text)));
          expect(pages.flatMap((page) => page.flatMap(graphemes)).filter((one) => one !== ' ')).toEqual(
            graphemes(plainLine(text)).filter((one) => one !== ' '),
          );
          for (const page of pages) expect(page.length).toBeLessThanOrEqual(lines);
          for (const line of pages.flat()) {
            expect(columns(line)).toBeLessThanOrEqual(lineLength);
            expect(line).toMatch(/^\S(?:.*\S)?$/u);
          }
        },
      ),
      { numRuns: 200 },
    );
  });

  it('uses no more lines than filling them would', () => {
    fc.assert(
      fc.property(fc.lorem({ maxCount: 20 }), (text) => {
        const lines = wrap(text, WRAP).flat();
        expect(lines.length).toBeLessThanOrEqual(Math.ceil(columns(text) / (WRAP.lineLength - 12)));
      }),
    );
  });
});

describe('columns', () => {
  it('counts two for Chinese characters and emoji, one for a letter with its accents', () => {
    expect(['abc', '红队', 'e\u0301', '🇫🇷', '。', 'ｱ'].map(columns)).toEqual([3, 4, 1, 2, 2, 2]);
  });
});
