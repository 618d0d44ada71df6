import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { chrf } from '../../src/eval/chrf.js';
import { rougeL } from '../../src/eval/rouge.js';
import { scoreWording } from '../../src/eval/wording.js';
import { fc } from '../support/fc.js';

interface Golden {
  readonly by: string;
  readonly cases: readonly { hypotheses: string[]; references: string[]; chrf: number }[];
}
const golden = JSON.parse(readFileSync(new URL('chrf.json', import.meta.url), 'utf8')) as Golden;

const lineAt = (start: number, text: string) => ({ start, end: start + 2, text });

describe('chrf', () => {
  it.each(golden.cases)('gives what sacrebleu gives: $hypotheses, $references', (one) => {
    const segments = one.hypotheses.map((said, index) => ({ said, expected: one.references[index] ?? '' }));
    expect(chrf(segments)).toBeCloseTo(one.chrf, 12);
  });

  it('is 1 for the same words, and between 0 and 1 for any', () => {
    const text = fc.string({ unit: 'grapheme', maxLength: 40 });
    fc.assert(
      fc.property(fc.array(fc.record({ said: text, expected: text }), { maxLength: 6 }), (segments) => {
        const score = chrf(segments);
        expect(score).toBeGreaterThanOrEqual(0);
        expect(score).toBeLessThanOrEqual(1 + 1e-12);
        const same = segments.map(({ said }) => ({ said, expected: said }));
        if (same.some(({ said }) => said.trim() !== '')) expect(chrf(same)).toBeCloseTo(1, 12);
      }),
    );
  });
});

describe('rougeL', () => {
  it.each([
    // Four words in common, in order, of six and of seven.
    ['Corner for Blue! Everybody goes up.', 'Corner to Blue, and everybody goes forward.', 8 / 13],
    // Nine characters in common, of ten and of eleven.
    ['角球，是蓝队的，都上来了。', '角球，蓝队的机会，都上来了。', 18 / 21],
    ['GOAL for Red', 'goal — for red!', 1],
    ['One two three four.', 'Four three two one.', 1 / 4],
    ['…', 'Goal for Red!', 0],
  ])('of %j for %j', (said, expected, score) => {
    expect(rougeL([{ said, expected }])).toBeCloseTo(score, 12);
  });

  it('is the mean, in which a line that was not said is 0', () => {
    const goal = { said: 'Goal for Red!', expected: 'Goal for Red!' };
    expect(rougeL([goal, { ...goal, said: '' }])).toBe(0.5);
    expect(rougeL([])).toBeNull();
  });
});

describe('scoreWording', () => {
  it('holds each line of the reference against the one that begins nearest', () => {
    const reference = [lineAt(10, 'Goal for Red!'), lineAt(20, 'Corner for Blue.')];
    const said = [lineAt(8.5, 'Red pass it.'), lineAt(10.5, 'Goal for Red!'), lineAt(21, 'Corner for Blue.')];
    expect(scoreWording(said, reference)).toEqual({ chrf: 1, rougeL: 1, linesAnswered: 1 });
  });

  it('counts a line that nothing answers to as silence', () => {
    const reference = [lineAt(10, 'Goal for Red!'), lineAt(20, 'Corner for Blue.')];
    const { chrf: score, linesAnswered } = scoreWording([lineAt(10, 'Goal for Red!')], reference);
    expect(linesAnswered).toBe(0.5);
    expect(score).toBeLessThan(0.6);
    expect(scoreWording([lineAt(13, 'Goal for Red!')], reference)).toEqual({
      chrf: 0,
      rougeL: 0,
      linesAnswered: 0,
    });
  });

  it('has nothing to say without a reference', () => {
    expect(scoreWording([lineAt(1, 'Goal!')], [])).toEqual({
      chrf: null,
      rougeL: null,
      linesAnswered: null,
    });
  });
});
