import type { Cue } from './cue.js';

/** The importance of a line that names no moment: said to fill the time, it gives way to any that does. */
export const SMALL_TALK = 0.2;

/** Seconds for which small talk that a voice has begun is heard, since less is a stutter; a big moment does not wait for them. */
export const LEAST_HEARD = 0.6;
/** Seconds after which a line has told the main thing, and may be cut by one that matters as much and cannot wait. */
export const GIST = 1;
/** A line of this importance is heard out, but for a bigger one. */
export const UNTOUCHABLE = 0.9;

export type Ranked = Pick<Cue, 'importance'>;

/** A big moment cuts in at once on whatever is less; whatever names a moment cuts in on small talk. */
export function cutsIn(next: Ranked, running: Ranked, interruptAt: number): boolean {
  return (
    running.importance < next.importance &&
    (next.importance >= interruptAt || running.importance <= SMALL_TALK)
  );
}

/** A line that names a moment may end a lesser one, or one as big, once that has been on for `GIST` seconds. */
export function cutsInAfterGist(next: Ranked, running: Ranked): boolean {
  return (
    next.importance > SMALL_TALK && next.importance >= running.importance && running.importance < UNTOUCHABLE
  );
}
