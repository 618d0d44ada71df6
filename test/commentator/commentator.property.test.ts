import { describe, expect, it } from 'vitest';
import type { CommentateConfig } from '../../src/commentator/commentator.js';
import { cueSchema } from '../../src/media/cue-schema.js';
import { UNTOUCHABLE } from '../../src/media/precedence.js';
import type { Remark } from '../../src/media/remark.js';
import { fc } from '../support/fc.js';
import { CONFIG, lastForms, line, partial, silence, tell } from './support.js';

const words = fc.constantFrom(
  'Goal for Red!',
  'Penalty to Blue!',
  'Red card!',
  'Corner for Red.',
  'Red pass it around in midfield.',
  'Blue look for a way through, and they take all the time in the world to find one.',
  '红队进球！二比一领先！',
  '蓝队在中场传球。',
);
const text = fc.oneof(
  words,
  fc.string({ unit: 'binary', maxLength: 300 }),
  fc.string({ unit: 'grapheme', maxLength: 60 }),
);
const confidence = fc.double({ min: 0, max: 1, noNaN: true });

/** What one look of the model gives: silence, or parts of a line that may break off. */
const look = fc.record({
  wait: fc.integer({ min: 0, max: 4_000 }),
  text,
  confidence,
  parts: fc.nat(3),
  ends: fc.boolean(),
  silent: fc.boolean(),
});

const remarks = fc.array(look, { maxLength: 40 }).map((looks) => {
  let at = 0;
  return looks.flatMap(({ wait, text, confidence, parts, ends, silent }): Remark[] => {
    at += (wait + 1) / 1_000;
    if (silent) return [silence(at)];
    const beginnings = Array.from({ length: parts }, (_, part) =>
      text.slice(0, ((part + 1) * text.length) / (parts + 1)),
    );
    const spoken: Remark[] = beginnings.map((beginning) => partial(at, beginning, { confidence }));
    return ends ? [...spoken, line(at, text, { confidence })] : spoken;
  });
});

const limits = fc.record({
  gap: fc.double({ min: 0, max: 1, noNaN: true }),
  minDuration: fc.double({ min: 0, max: 3, noNaN: true }),
  maxDuration: fc.double({ min: 0.5, max: 9, noNaN: true }),
  staleAfter: fc.double({ min: 0, max: 9, noNaN: true }),
  interruptAt: fc.double({ min: 0, max: 1, noNaN: true }),
  repeatWindow: fc.double({ min: 0, max: 30, noNaN: true }),
});

function holds(check: (told: ReturnType<typeof tell>, config: CommentateConfig) => void): void {
  fc.assert(
    fc.property(remarks, limits, (said, config) => check(tell(said, config), { ...CONFIG, ...config })),
    { numRuns: 150 },
  );
}

/** Times are rounded to milliseconds. */
const ROUNDING = 0.001;

describe('for any remarks and limits', () => {
  it('no two cues ever overlap, whichever forms have arrived', () => {
    holds(({ forms }) => {
      for (let received = 1; received <= forms.length; received += 1) {
        const known = new Map(forms.slice(0, received).map((cue) => [cue.id, cue]));
        const shown = [...known.values()].filter((cue) => cue.end > cue.start);
        shown.sort((a, b) => a.start - b.start);
        for (const [index, cue] of shown.slice(1).entries()) {
          expect(cue.start).toBeGreaterThanOrEqual(shown[index]!.end);
        }
      }
    });
  });

  it('the gap is kept, and each cue lasts between the shortest and the longest time', () => {
    holds(({ forms }, { gap, minDuration, maxDuration }) => {
      const cues = lastForms(forms);
      for (const [index, cue] of cues.entries()) {
        const isSweptAside = (cues[index + 1]?.importance ?? 0) >= UNTOUCHABLE;
        const shortest = isSweptAside ? minDuration / 2 : minDuration;
        expect(cue.end - cue.start).toBeGreaterThanOrEqual(shortest - ROUNDING);
        expect(cue.end - cue.start).toBeLessThanOrEqual(Math.max(minDuration, maxDuration) + ROUNDING);
        if (index > 0) expect(cue.start - cues[index - 1]!.end).toBeGreaterThanOrEqual(gap - ROUNDING);
      }
    });
  });

  it('seq grows by one with each new cue and names its id', () => {
    holds(({ forms }) => {
      const ids = [...new Set(forms.map((cue) => cue.id))];
      expect(ids).toEqual(ids.map((_, seq) => `main-${seq}`));
      for (const cue of forms) expect(cue.id).toBe(`main-${cue.seq}`);
    });
  });

  it('a cue is final once, and then cut at most twice, with nothing changed but its end, which comes earlier', () => {
    holds(({ forms }) => {
      for (const id of new Set(forms.map((cue) => cue.id))) {
        const own = forms.filter((cue) => cue.id === id);
        const first = own.findIndex((cue) => cue.final);
        expect(first).toBeGreaterThanOrEqual(0);
        const [final, ...cuts] = own.slice(first);
        expect(cuts.length).toBeLessThanOrEqual(2);
        for (const [index, cut] of cuts.entries()) {
          expect(cut).toEqual({ ...final, end: cut.end });
          expect(cut.end).toBeLessThan([final!, ...cuts][index]!.end);
        }
      }
    });
  });

  it('every form is a valid cue with words in one line', () => {
    holds(({ forms }) => {
      for (const cue of forms) {
        expect(cueSchema.parse(cue)).toEqual(cue);
        expect(cue.text).toMatch(/^\S(?:.*\S)?$/u);
        expect(cue.text).not.toMatch(/[\p{Cc}\p{Cs}\u2028\u2029\u202A-\u202E\u2066-\u2069]/u);
      }
    });
  });

  it('the same remarks give the same cues', () => {
    fc.assert(
      fc.property(remarks, limits, (said, config) => {
        expect(tell(said, config)).toEqual(tell(said, config));
      }),
    );
  });

  it('the memory holds no more than it may', () => {
    holds(({ recent }, { recentLines }) => {
      expect(recent.length).toBeLessThanOrEqual(recentLines);
    });
  });
});
