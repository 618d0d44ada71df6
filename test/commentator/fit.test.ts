import { describe, expect, it } from 'vitest';
import { fitLine } from '../../src/commentator/fit.js';
import { readingTime, screenTime } from '../../src/commentator/reading-time.js';
import { DEFAULTS } from '../../src/config.js';
import { graphemes } from '../../src/media/graphemes.js';
import { plainLine } from '../../src/media/plain-line.js';
import { fc } from '../support/fc.js';

const LIMITS = DEFAULTS.commentator;
const shortened = (text: string, maxDuration: number) => fitLine(text, { ...LIMITS, maxDuration });

describe('readingTime', () => {
  it('takes 15 characters a second, and 7 of Chinese', () => {
    expect(readingTime('a'.repeat(30), LIMITS)).toBe(2);
    expect(readingTime('红'.repeat(14), LIMITS)).toBe(2);
    expect(readingTime('VAR看', LIMITS)).toBeCloseTo(3 / 15 + 1 / 7);
  });

  it('counts a flag, a family or an accented letter as one character', () => {
    expect(readingTime('🇫🇷👨‍👩‍👧e\u0301', LIMITS)).toBeCloseTo(3 / 15);
  });
});

describe('screenTime', () => {
  it('stays within the limits of a caption', () => {
    expect(screenTime('Goal!', LIMITS)).toBe(1.2);
    expect(screenTime('a'.repeat(500), LIMITS)).toBe(7);
  });
});

describe('fitLine', () => {
  it('leaves a line that can be read alone', () => {
    expect(shortened('Red win it. Blue press.', 7)).toBe('Red win it. Blue press.');
  });

  it('ends after the last sentence that can be read', () => {
    expect(shortened('Red win it. Blue press. They are on the ball again and look for more.', 2)).toBe(
      'Red win it. Blue press.',
    );
    expect(shortened('红队断球。蓝队逼抢。他们又拿到了球，继续寻找机会。', 2)).toBe('红队断球。蓝队逼抢。');
  });

  it('else ends after a clause or a word, with an ellipsis', () => {
    expect(shortened('Red win it, and they are on the ball again', 2)).toBe('Red win it…');
    expect(shortened('Red are on the ball again and look for more', 2)).toBe(
      'Red are on the ball again and…',
    );
    expect(shortened('红队又拿到了球继续寻找机会好的', 1)).toBe('红队又拿到了…');
  });

  it('never takes longer to read than it may, never splits a character, and is a beginning of the line', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'grapheme', minLength: 1, maxLength: 200 }),
        fc.integer({ min: 1, max: 5 }),
        (raw, seconds) => {
          const text = plainLine(raw);
          const line = shortened(text, seconds);
          expect(readingTime(line, LIMITS)).toBeLessThanOrEqual(seconds);
          const kept = line === text ? text : line.replace(/…$/u, '');
          expect(text.startsWith(kept)).toBe(true);
          expect(graphemes(text).slice(0, graphemes(kept).length).join('')).toBe(kept);
        },
      ),
    );
  });
});
