import { describe, expect, it } from 'vitest';
import { createDoubts, faultOf } from '../../src/commentator/contradictions.js';
import { NO_FACTS, noteLine } from '../../src/commentator/facts.js';
import { goalsBetween, scoreOf } from '../../src/commentator/score.js';
import { claimsOf } from '../../src/language/claims.js';
import { fc } from '../support/fc.js';
import { lastForms, line, partial, tell } from './support.js';

const texts = (lines: readonly (readonly [number, string])[], lang = 'en') => {
  const { forms, drops } = tell(
    lines.map(([at, text]) => line(at, text)),
    { lang },
  );
  return { said: lastForms(forms).map(({ text }) => text), drops };
};

describe('a line that contradicts the facts', () => {
  it.each([
    ['a score that goes down', 'Red lead two nil.', 'Red lead one nil.'],
    ['a score with the sides turned round', 'Red lead one nil.', 'Blue lead one nil.'],
    ['a level score after a lead of two', 'Red lead two nil.', "It's one all."],
    ['a jump of two without a goal', 'Nil nil here.', 'Red lead two nil.'],
    ['full-time in the first half', 'Kick-off for Red.', 'Full-time!'],
    ['half-time after full-time', 'Full-time!', 'Half-time now.'],
  ])('is held back and counted: %s', (_, first, second) => {
    expect(
      texts([
        [5, first],
        [60, second],
        [90, 'Corner for Blue.'],
      ]),
    ).toEqual({
      said: [first, 'Corner for Blue.'],
      drops: ['contradiction'],
    });
  });

  it('is not a half-time whistle after a kick-off that was taken for the second half', () => {
    const lines = [
      [5, 'Kick-off for Red.'],
      [300, 'Kick-off for Red, it seems.'],
      [600, 'Half-time!'],
      [700, 'Kick-off for Blue.'],
      [900, 'Half-time again.'],
    ] as const;
    expect(texts(lines)).toEqual({
      said: lines.slice(0, 4).map(([, text]) => text),
      drops: ['contradiction'],
    });
  });

  it('is not a whistle that is only spoken of', () => {
    const lines = [
      [5, 'Kick-off for Red.'],
      [60, 'Red want another before half-time.'],
      [100, 'Half-time!'],
      [110, 'Kick-off for Blue.'],
      [160, 'Blue lead one nil.'],
      [190, 'Five minutes to full-time.'],
      [220, 'Goal for Red!'],
      [240, 'Kick-off for Blue.'],
    ] as const;
    expect(texts(lines).drops).toEqual([]);
    expect(texts([...lines, [260, 'Blue lead four nil.']]).drops).toEqual(['contradiction']);
  });

  it('is held back in Chinese too', () => {
    expect(
      texts(
        [
          [5, '红队二比零领先。'],
          [60, '红队一比零领先。'],
        ],
        'zh',
      ),
    ).toEqual({
      said: ['红队二比零领先。'],
      drops: ['contradiction'],
    });
  });

  it('does not go on air in parts, and one that turns out false is taken back', () => {
    const { forms, drops } = tell([
      line(5, 'Red lead two nil.'),
      partial(60, 'Red lead one nil, and'),
      line(60, 'Red lead one nil, and press.'),
      partial(90, 'Blue press, but'),
      line(90, 'Blue press, but Red lead one nil.'),
    ]);
    expect(forms.map(({ id, text, final }) => [id, text, final])).toEqual([
      ['main-0', 'Red lead two nil.', true],
      ['main-1', 'Blue press, but', false],
      ['main-1', 'Blue press, but', true],
    ]);
    expect(lastForms(forms)).toHaveLength(1);
    expect(drops).toEqual(['contradiction', 'contradiction']);
  });

  it('is none: the same score, a goal more, two goals that were called, the next match', () => {
    const lines = [
      [1, 'Kick-off for Red.'],
      [10, 'Nil nil.'],
      [60, 'Still nil nil here.'],
      [100, 'Red lead one nil.'],
      [150, 'Goal for Blue!'],
      [200, 'Goal for Blue!'],
      [210, 'Blue lead two one.'],
      [300, 'Half-time!'],
      [400, 'Full-time!'],
      [500, 'Kick-off for Green.'],
      [520, 'Nil nil.'],
    ] as const;
    expect(texts(lines)).toEqual({ said: lines.map(([, text]) => text), drops: [] });
  });

  it('keeps what it says besides: a goal is not lost for its score', () => {
    const { said, drops } = texts([
      [5, 'Red lead two nil.'],
      [60, 'Goal for Blue! Blue lead one nil.'],
      [90, 'Blue pass it about. Red lead one nil.'],
      [120, 'Goal for Blue! Two goals each.'],
    ]);
    expect(said).toEqual(['Red lead two nil.', 'Goal for Blue!', 'Goal for Blue! Two goals each.']);
    expect(drops).toEqual(['contradiction', 'contradiction']);
    expect(
      texts(
        [
          [5, '红队二比零领先。'],
          [60, '进球了，蓝队！蓝队一比零领先！'],
        ],
        'zh',
      ).said,
    ).toEqual(['红队二比零领先。', '进球了，蓝队！']);
  });

  it('leaves no trace of a line that was withdrawn before it began', () => {
    const { forms } = tell([
      line(10, 'Red pass it about in midfield, patiently, from side to side, with no hurry at all.'),
      line(10.5, 'Red lead two nil.'),
      line(11, 'Goal for Blue!'),
      line(30, 'Nil nil it was, one nil it is.'),
    ]);
    expect(lastForms(forms).map(({ text }) => text)).toContain('Nil nil it was, one nil it is.');
  });

  it('is believed when it is heard three times with time in between: then the facts were wrong', () => {
    const heard = [60, 60.5, 61, 70, 80].map((at) => [at, 'Nil nil here.'] as const);
    const { said, drops } = texts([[5, 'Red lead two nil.'], ...heard, [100, "Still nil nil, that's it."]]);
    expect(said).toEqual(['Red lead two nil.', 'Nil nil here.', "Still nil nil, that's it."]);
    expect(drops).toEqual(Array(4).fill('contradiction'));
  });
});

describe('a team that does not play', () => {
  const teams = new Set(['Red', 'Blue']);

  it('scores no goal, however often it is said', () => {
    const fault = faultOf(NO_FACTS, claimsOf('Goal for Green!', 'en'), teams);
    expect(fault).toEqual({ claim: 'goal Green', certain: true });
    const doubts = createDoubts();
    expect([0, 20, 40, 60, 80].map((at) => fault && doubts.mustHold(fault, at))).toEqual(Array(5).fill(true));
  });

  it('is nobody’s business where the teams are not given', () => {
    expect(faultOf(NO_FACTS, claimsOf('Goal for Green!', 'en'), null)).toBe(null);
  });
});

describe('whatever is heard', () => {
  it('the score that is spoken never goes down, unless it was insisted on', () => {
    const score = fc
      .tuple(fc.constantFrom('Red', 'Blue'), fc.nat(3), fc.nat(3))
      .map(([team, own, other]) => `The score: ${team} ${own}, ${team === 'Red' ? 'Blue' : 'Red'} ${other}.`);
    const goal = fc.constantFrom('Goal for Red!', 'Goal for Blue!', 'Corner for Red.');
    fc.assert(
      fc.property(fc.array(fc.oneof(score, goal), { maxLength: 40 }), (lines) => {
        const heard = new Map<string, number>();
        let facts = NO_FACTS;
        const doubts = createDoubts();
        lines.forEach((text, index) => {
          const claims = claimsOf(text, 'en');
          const at = index * 30;
          const fault = faultOf(facts, claims, null);
          if (fault !== null) heard.set(fault.claim, (heard.get(fault.claim) ?? 0) + 1);
          if (fault !== null && doubts.mustHold(fault, at)) return;
          const after = scoreOf(claims);
          if (facts.score !== null && after !== null && goalsBetween(facts.score, after) === null)
            expect(heard.get(fault?.claim ?? '')).toBeGreaterThanOrEqual(3);
          facts = noteLine(facts, claims, text, at);
        });
      }),
      { numRuns: 60 },
    );
  });
});
