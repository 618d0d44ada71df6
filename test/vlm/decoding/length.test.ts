import { describe, expect, it } from 'vitest';
import { countWords, isEnough, lineLength } from '../../../src/vlm/decoding/length.js';
import { byteLevel } from './vocabularies.js';

const measure = (said: readonly string[] = []) => ({ tokenizer: byteLevel, said, wordsPerSecond: 3 });

describe('the length that seconds of speech make', () => {
  it('is the words that fit, by the tokens of a word in a sample where little was said yet', () => {
    const { wanted, grace, most } = lineLength(4, 400, measure());
    expect(wanted / 12).toBeGreaterThan(2);
    expect(wanted / 12).toBeLessThan(6);
    expect(lineLength(4, 400, measure(['Goal!']))).toEqual({ wanted, grace, most });
    expect(grace).toBe(Math.ceil(wanted * 1.5));
    expect(most).toBe(wanted * 2);
  });

  it('follows the tokens of a word in what was said', () => {
    const said = ['The reds win the corner and the blues clear it at once, again and again.'];
    const perWord = byteLevel.encode(said[0]!).length / countWords(said[0]!);
    expect(lineLength(4, 400, measure(said)).wanted).toBe(Math.round(12 * perWord));
  });

  it('is never more than the model allows, and never less than a line', () => {
    expect(lineLength(100, 20, measure())).toEqual({ wanted: 20, grace: 20, most: 20 });
    expect(lineLength(0, 400, measure())).toEqual(lineLength(8 / 3, 400, measure()));
  });

  it('is the limit alone where there is no time given', () => {
    expect(lineLength(null, 40, measure())).toEqual({ wanted: 40, grace: 40, most: 40 });
  });

  it('counts the words of languages without spaces', () => {
    expect(countWords('Goal for the blues!')).toBe(4);
    expect(countWords('蓝队进球了')).toBeGreaterThan(1);
  });
});

describe('a line that is long enough', () => {
  const length = { wanted: 5, grace: 8, most: 12 };
  it.each([
    [4, 'A goal.', 'A goal. And', false],
    [5, 'A goal.', 'A goal. And', true],
    [5, 'A goal', 'A goal and', false],
    [5, '进球了！', '进球了！又', true],
    [7, 'A goal', 'A goal and', false],
    [8, 'A goal', 'A goal and', true],
    [8, 'A go', 'A goal', false],
    [8, '进球', '进球了', true],
    [12, 'A go', 'A goal', true],
  ])('after %i tokens of "%s" before "%s": %s', (tokens, text, longer, expected) => {
    expect(isEnough(length, tokens, text, longer)).toBe(expected);
  });
});
