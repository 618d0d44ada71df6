import type { CommentatorConfig } from '../config.js';
import { graphemes, isCjk } from '../media/graphemes.js';

export type ReadingPace = Pick<CommentatorConfig, 'charactersPerSecond' | 'charactersPerSecondCjk'>;
export type ReadingLimits = ReadingPace & Pick<CommentatorConfig, 'minDuration' | 'maxDuration'>;

/** Seconds that an ordinary reader needs for the text, spaces and punctuation included. */
export function readingTime(text: string, pace: ReadingPace): number {
  const characters = graphemes(text);
  const cjk = characters.filter(isCjk).length;
  return (characters.length - cjk) / pace.charactersPerSecond + cjk / pace.charactersPerSecondCjk;
}

/** Seconds that the text stays on screen: its reading time, within the limits of a caption. */
export function screenTime(text: string, limits: ReadingLimits): number {
  return Math.max(limits.minDuration, Math.min(limits.maxDuration, readingTime(text, limits)));
}
