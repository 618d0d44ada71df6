import { chrf } from './chrf.js';
import { ratio, TOLERANCE } from './matching.js';
import { rougeL } from './rouge.js';
import type { Span } from './talk.js';

type Line = Span & { readonly text: string };

export interface WordingScores {
  /** 0–1: how much of the reference's wording the lines at the same moments have. */
  readonly chrf: number | null;
  /** 0–1: how many of its words, in its order. */
  readonly rougeL: number | null;
  /** Of the reference's lines: those that a line answers to. */
  readonly linesAnswered: number | null;
}

/**
 * Compares lines with the reference's, each with the one that begins nearest to it, one to one and at most `TOLERANCE`
 * apart. A line of the reference that nothing answers to counts as one to which nothing was said; further lines are left to the
 * measures of inventions and repeats.
 */
export function scoreWording(said: readonly Line[], expected: readonly Line[]): WordingScores {
  const pairs = expected
    .flatMap((theirs) => said.map((ours) => ({ theirs, ours, apart: Math.abs(ours.start - theirs.start) })))
    .filter(({ apart }) => apart <= TOLERANCE)
    .sort((a, b) => a.apart - b.apart || a.theirs.start - b.theirs.start || a.ours.start - b.ours.start);
  const answers = new Map<Line, Line>();
  const taken = new Set<Line>();
  for (const { theirs, ours } of pairs) {
    if (answers.has(theirs) || taken.has(ours)) continue;
    answers.set(theirs, ours);
    taken.add(ours);
  }
  const segments = expected.map((line) => ({ said: answers.get(line)?.text ?? '', expected: line.text }));
  return {
    chrf: expected.length === 0 ? null : chrf(segments),
    rougeL: rougeL(segments),
    linesAnswered: ratio(answers.size, expected.length),
  };
}
