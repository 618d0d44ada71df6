import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { chrf } from '../../src/eval/chrf.js';
import { scoreWording } from '../../src/eval/wording.js';

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

describe('scoreWording', () => {
  it('holds each line of the reference against the one that begins nearest', () => {
    const reference = [lineAt(10, 'Goal for Red!'), lineAt(20, 'Corner for Blue.')];
    const said = [lineAt(8.5, 'Red pass it.'), lineAt(10.5, 'Goal for Red!'), lineAt(21, 'Corner for Blue.')];
    expect(scoreWording(said, reference)).toEqual({ chrf: 1, linesAnswered: 1 });
  });

  it('counts a line that nothing answers to as silence', () => {
    const reference = [lineAt(10, 'Goal for Red!'), lineAt(20, 'Corner for Blue.')];
    const { chrf: score, linesAnswered } = scoreWording([lineAt(10, 'Goal for Red!')], reference);
    expect(linesAnswered).toBe(0.5);
    expect(score).toBeLessThan(0.6);
    expect(scoreWording([lineAt(13, 'Goal for Red!')], reference)).toEqual({ chrf: 0, linesAnswered: 0 });
  });

  it('has nothing to say without a reference', () => {
    expect(scoreWording([lineAt(1, 'Goal!')], [])).toEqual({ chrf: null, linesAnswered: null });
  });
});
