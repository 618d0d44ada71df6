import { type Cue, isWithdrawn } from '../media/cue.js';

/**
 * Presentation time until which somebody talks, once this cue has come in any of its forms. Cuts come before the line that they make room
 * for, and nothing waits behind a line that is cut.
 */
export function talkEndsAfter(cue: Cue, before: number): number {
  return isWithdrawn(cue) ? Math.min(before, cue.start) : cue.end;
}
