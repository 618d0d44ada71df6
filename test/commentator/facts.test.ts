import { describe, expect, it } from 'vitest';
import { factLines } from '../../src/commentator/fact-lines.js';
import { type Facts, NO_FACTS, noteLine } from '../../src/commentator/facts.js';
import { goalsBetween, type Score } from '../../src/commentator/score.js';
import { claimsOf } from '../../src/language/claims.js';
import { fc } from '../support/fc.js';

type Line = readonly [at: number, text: string];

function factsOf(lines: readonly Line[], lang = 'en'): Facts {
  return lines.reduce((facts, [at, text]) => noteLine(facts, claimsOf(text, lang), text, at), NO_FACTS);
}

describe('the facts', () => {
  it('tell the score, who has the ball and what happened last', () => {
    const facts = factsOf([
      [3, 'Goal for Red!'],
      [5, 'Red lead one nil.'],
      [20, 'Corner for Blue.'],
    ]);
    expect(factLines(facts, 25, 'en')).toEqual([
      'Score: Red 1–0.',
      'Blue have the ball.',
      'Last event: corner (Blue), 5 s ago.',
    ]);
    expect(factLines(facts, 25, 'zh-CN')).toEqual([
      '比分：红队1比0。',
      '蓝队控球。',
      '最近：蓝队角球，5秒前。',
    ]);
  });

  it('grow old: nobody knows who has the ball after ten seconds', () => {
    const facts = factsOf([[20, 'Corner for Blue.']]);
    expect(factLines(facts, 31, 'en')).toEqual(['Last event: corner (Blue), 11 s ago.']);
    expect(factLines(facts, 200, 'en')).toEqual([]);
  });

  it('count a goal that is called twice once, until the score is said', () => {
    const called = factsOf([
      [0, 'Red nil, Blue nil.'],
      [30, 'Goal for Blue!'],
      [33, 'What a goal by Blue.'],
    ]);
    expect(factLines(called, 90, 'en').slice(0, 2)).toEqual([
      'Score: 0–0.',
      'A goal since that score for Blue.',
    ]);
    expect(noteLine(called, claimsOf('Blue lead one nil.', 'en'), '', 40)).toMatchObject({
      score: { team: 'Blue', goals: [1, 0] },
      goals: [],
    });
  });

  it('count a goal that is praised after the score was said no more', () => {
    const facts = factsOf([
      [2, 'Kick-off for Red.'],
      [40, 'Goal for Red!'],
      [44, 'Red lead one nil.'],
      [50, 'What a goal by Red!'],
    ]);
    expect(facts).toMatchObject({ goals: [], score: { team: 'Red', goals: [1, 0] } });
    expect(factLines(facts, 60, 'en')[0]).toBe('Score: Red 1–0.');
  });

  it('tell a goal that came before any score as it was called', () => {
    const facts = factsOf([[30, 'Goal for Blue!']]);
    expect(factLines(facts, 31, 'en')[0]).toBe('A goal was called for Blue.');
    expect(factLines(facts, 31, 'zh')[0]).toBe('已报蓝队进一球。');
  });

  it('count a card once, whatever was said in between, and each team’s and colour’s for itself', () => {
    const facts = factsOf([
      [100, 'Yellow card for Red.'],
      [104, 'Free kick to Blue.'],
      [108, 'Yellow card for Blue.'],
      [110, 'Red have a man booked.'],
      [115, 'Red card for Blue!'],
    ]);
    expect(factLines(facts, 400, 'en').sort()).toEqual([
      'Cards for Blue: 1 yellow, 1 red.',
      'Cards for Red: 1 yellow, 0 red.',
    ]);
  });

  it('count cards and substitutions by team, and tell the minute', () => {
    const facts = factsOf([
      [1, 'Yellow card for Blue.'],
      [9, 'A yellow card, yes, for Blue.'],
      [50, 'Yellow card for Blue.'],
      [90, 'Red card for Blue!'],
      [120, 'Substitution for Red in the 73rd minute.'],
    ]);
    expect(factLines(facts, 1_000, 'en')).toEqual([
      'Minute 87.',
      'Cards for Blue: 2 yellow, 1 red.',
      'Substitutions by Red: 1.',
    ]);
  });

  it('know the half from the kick-off and the whistles, and forget the match when the next begins', () => {
    const first = factsOf([[2, 'Kick-off for Red.']]);
    expect(first.stage).toBe('first_half');
    const half = noteLine(first, claimsOf('Half-time.', 'en'), '', 100);
    expect(half).toMatchObject({ stage: 'half_time', minute: null });
    const second = noteLine(half, claimsOf('Kick-off for Blue.', 'en'), '', 150);
    expect(second.stage).toBe('second_half');
    const over = noteLine(second, claimsOf('Full-time, Red lead two nil.', 'en'), '', 300);
    expect(over).toMatchObject({ stage: 'full_time', score: { goals: [2, 0] } });
    expect(noteLine(over, claimsOf('Kick-off for Green.', 'en'), '', 900)).toMatchObject({ score: null });
    expect(factsOf([[75, 'Kick-off for Red.']]).stage).toBe(null);
  });

  it('take a kick-off that follows no goal for the second half', () => {
    const lines: Line[] = [
      [2, 'Kick-off for Red.'],
      [40, 'Goal for Red!'],
      [55, 'Kick-off for Blue.'],
    ];
    expect(factsOf(lines).stage).toBe('first_half');
    expect(factsOf([...lines, [60, 'Blue get us under way.']]).stage).toBe('first_half');
    expect(factsOf([...lines, [110, 'Kick-off for Blue.']]).stage).toBe('second_half');
  });

  it('stay small, whatever is said for however long', () => {
    const word = fc.constantFrom('Goal', 'yellow card', 'corner', 'substitution', 'two one', 'half-time');
    const team = fc.constantFrom('Red', 'Blue', 'Green', 'White', 'Black', 'Pink', 'Orange', 'Sky', 'Purple');
    const text = fc.tuple(word, team).map(([what, who]) => `${what} for ${who}!`);
    fc.assert(
      fc.property(fc.array(text, { maxLength: 120 }), (texts) => {
        const facts = factsOf(texts.map((line, index) => [index * 25, line]));
        expect(factLines(facts, texts.length * 25, 'en').length).toBeLessThanOrEqual(50);
      }),
      { numRuns: 20 },
    );
  });
});

describe('goalsBetween', () => {
  const score = (team: string | null, ...goals: [number, number]): Score => ({ team, goals });

  it('counts the goals of both sides, whoever is named', () => {
    expect(goalsBetween(score('Red', 1, 0), score('Red', 2, 1))).toBe(2);
    expect(goalsBetween(score('Red', 1, 0), score('Blue', 2, 1))).toBe(2);
    expect(goalsBetween(score(null, 1, 1), score('Blue', 2, 1))).toBe(1);
    expect(goalsBetween(score('Red', 2, 1), score(null, 1, 2))).toBe(0);
  });

  it('is null where a side would lose goals', () => {
    expect(goalsBetween(score('Red', 1, 0), score('Blue', 1, 0))).toBe(null);
    expect(goalsBetween(score('Red', 2, 0), score(null, 1, 1))).toBe(null);
    expect(goalsBetween(score(null, 1, 1), score(null, 0, 0))).toBe(null);
  });
});
