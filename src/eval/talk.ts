import { ratio } from './matching.js';

/** A stretch of talk, in seconds. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

export interface TalkScores {
  /** Of the seconds in which the reference speaks. */
  readonly f1: number | null;
  /** Mean of the intersection over union of talk and of silence. */
  readonly meanIou: number | null;
}

/** Compares talk and silence second by second; a second is talk when at least half of it is. */
export function scoreTalk(said: readonly Span[], expected: readonly Span[], duration: number): TalkScores {
  const talked = talkSeconds(said, duration);
  const wanted = talkSeconds(expected, duration);
  const count = (a: boolean, b: boolean) =>
    talked.filter((talk, index) => talk === a && wanted[index] === b).length;
  const both = count(true, true);
  const neither = count(false, false);
  const differing = talked.length - both - neither;
  const ious = [ratio(both, both + differing), ratio(neither, neither + differing)].filter(
    (iou) => iou !== null,
  );
  return {
    f1: ratio(2 * both, 2 * both + differing),
    meanIou: ratio(
      ious.reduce((sum, iou) => sum + iou, 0),
      ious.length,
    ),
  };
}

function talkSeconds(spans: readonly Span[], duration: number): boolean[] {
  return Array.from({ length: Math.ceil(duration) }, (_, second) => {
    const covered = spans.map(({ start, end }) => Math.min(end, second + 1) - Math.max(start, second));
    return covered.reduce((sum, part) => sum + Math.max(0, part), 0) >= 0.5;
  });
}

/** Upper edges of the gap histogram, in seconds; the last bin is open. */
export const GAP_EDGES = [0.5, 1, 2, 3, 5, 10] as const;

export interface GapScores {
  readonly mean: number | null;
  /** How many gaps are below each edge of GAP_EDGES and not below the one before; the last count is of all longer ones. */
  readonly histogram: readonly number[];
}

/** Seconds with a line, of a video so long; where lines overlap, they count once. */
export function talkedSeconds(spans: readonly Span[], duration: number): number {
  const byStart = [...spans].sort((a, b) => a.start - b.start);
  let until = 0;
  let seconds = 0;
  for (const { start, end } of byStart) {
    const last = Math.min(end, duration);
    seconds += Math.max(0, last - Math.max(start, until));
    until = Math.max(until, last);
  }
  return seconds;
}

/** Silences between lines, which come by their starts; lines that touch or overlap leave a gap of 0. */
export function scoreGaps(spans: readonly Span[]): GapScores {
  let until = spans[0]?.end ?? 0;
  const gaps = spans.slice(1).map(({ start, end }) => {
    const gap = Math.max(0, start - until);
    until = Math.max(until, end);
    return gap;
  });
  const bin = (gap: number) => GAP_EDGES.filter((edge) => gap >= edge).length;
  const histogram = Array.from(
    { length: GAP_EDGES.length + 1 },
    (_, i) => gaps.filter((gap) => bin(gap) === i).length,
  );
  return {
    mean: ratio(
      gaps.reduce((sum, gap) => sum + gap, 0),
      gaps.length,
    ),
    histogram,
  };
}

/** Words of a line, lower case; in Chinese and Japanese every character is one. */
export function wordsOf(text: string): string[] {
  return (
    text
      .normalize('NFKC')
      .toLowerCase()
      .match(/[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]|[\p{L}\p{N}'’-]+/gu) ?? []
  );
}

/** Seconds in which a line counts as a repeat of an earlier one. */
const REPEAT_WINDOW = 30;
/** Share of a line's 4-grams that an earlier line has too, from which it repeats that line. */
const REPEAT_SHARE = 0.6;

/** A line and what it is about: lines about different things never repeat each other. */
export interface Line extends Span {
  readonly text: string;
  readonly topic: string;
}

/**
 * For each line, whether it says again what one of the last 30 s said about the same thing: at least 60 % of its
 * 4-grams are in the earlier line (a shorter line is one gram).
 */
export function repeatsOf(lines: readonly Line[]): boolean[] {
  const words = lines.map(({ text }) => wordsOf(text));
  return lines.map(({ start, topic }, index) =>
    lines
      .slice(0, index)
      .some(
        (earlier, before) =>
          earlier.topic === topic &&
          start - earlier.start <= REPEAT_WINDOW &&
          sharedGrams(words[index] ?? [], words[before] ?? []) >= REPEAT_SHARE,
      ),
  );
}

function sharedGrams(words: readonly string[], before: readonly string[]): number {
  const size = Math.min(4, words.length);
  if (size === 0) return 0;
  const known = new Set(grams(before, size));
  const own = grams(words, size);
  return own.filter((gram) => known.has(gram)).length / own.length;
}

function grams(words: readonly string[], size: number): string[] {
  return words.slice(size - 1).map((_, index) => words.slice(index, index + size).join(' '));
}
