import type { CommentatorConfig } from '../config.js';
import type { Cue } from '../media/cue.js';
import { cutsIn, cutsInAfterGist, GIST, SMALL_TALK, UNTOUCHABLE } from '../media/precedence.js';

export type TimelineConfig = Pick<CommentatorConfig, 'gap' | 'minDuration' | 'staleAfter' | 'interruptAt'>;

/** A line that wants a place from `at` on, seconds of presentation time. */
interface Newcomer {
  readonly at: number;
  readonly importance: number;
}

/** A place on the time line for a new line. */
export interface Slot {
  /** Seconds of presentation time. */
  readonly start: number;
  /** Cues that make room, with their new ends: one on screen cut short, those that had not begun withdrawn. */
  readonly cuts: readonly Cue[];
}

/** The line on screen and those sent ahead of their time; more could only be stale. */
export const MAX_AHEAD = 4;

/** Seconds: a line that would wait for longer ends one that has told its gist. With a look of the model, about the voice's budget. */
const PATIENCE = 0.8;

/**
 * Finds room at or after `at` for a line. `ahead` holds the cues that end after `at`, in order. A line waits for
 * them to end; one at least as important as `interruptAt` waits only for those that matter as much as itself,
 * small talk gives way to all that is more, and what has told its gist to what would wait for long.
 * A cue that has begun keeps `minDuration`, so that nobody sees a caption flash by, but half of it where a goal or its like comes;
 * small talk is taken back instead.
 * Returns `stale` where it would wait for more than `staleAfter`, `crowded` where too many wait already.
 */
export function findSlot(
  ahead: readonly Cue[],
  line: Newcomer,
  config: TimelineConfig,
): Slot | 'stale' | 'crowded' {
  const kept = ahead.findLastIndex((cue) => !givesWay(cue, line, config)) + 1;
  const wait = afterLast(ahead.slice(0, kept), line.at, config.gap) - line.at;
  if (wait > config.staleAfter) return 'stale';
  if (kept >= MAX_AHEAD) return 'crowded';

  const yielding = ahead.slice(kept);
  const left = yielding.map((cue) => cut(cue, line, config));
  const start = afterLast([...ahead.slice(0, kept), ...left.filter(hasBegun)], line.at, config.gap);
  return {
    start: toMilliseconds(start),
    cuts: left.filter((cue, index) => cue.end !== yielding[index]?.end),
  };
}

/** True when nothing is on screen at `at` or waits to be. */
export function isFree(ahead: readonly Cue[], at: number, gap: number): boolean {
  return afterLast(ahead, at, gap) <= at;
}

/** Rounds seconds to whole milliseconds, the finest that caption files know. */
export function toMilliseconds(seconds: number): number {
  return Math.round(seconds * 1_000) / 1_000;
}

/** What cannot wait cuts in on a line that has told its gist. */
function givesWay(cue: Cue, line: Newcomer, { interruptAt, gap }: TimelineConfig): boolean {
  const isLongWait = cue.end + gap - line.at > PATIENCE;
  const toldGist = line.at - cue.start >= GIST;
  return cutsIn(line, cue, interruptAt) || (isLongWait && toldGist && cutsInAfterGist(line, cue));
}

/** Small talk that nobody can have read yet is taken back: it was worth less than the time that it would still take. */
function cut(cue: Cue, { at, importance }: Newcomer, { minDuration, gap }: TimelineConfig): Cue {
  if (cue.end <= at) return cue;
  const kept = importance >= UNTOUCHABLE ? minDuration / 2 : minDuration;
  const isUnread = at < cue.start + kept + gap;
  if (cue.start >= at || (cue.importance <= SMALL_TALK && isUnread)) return { ...cue, end: cue.start };
  return { ...cue, end: Math.min(cue.end, toMilliseconds(Math.max(cue.start + kept, at - gap))) };
}

function hasBegun(cue: Cue): boolean {
  return cue.end > cue.start;
}

function afterLast(cues: readonly Cue[], at: number, gap: number): number {
  return cues.reduce((time, cue) => Math.max(time, cue.end + gap), at);
}
