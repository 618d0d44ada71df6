import { type Cue, isWithdrawn } from '../media/cue.js';
import { plainLine } from '../media/plain-line.js';
import type { Span } from './timestamp.js';
import { type WrapConfig, wrap } from './wrap.js';

/** One block of a WebVTT or SubRip file. */
export interface Caption extends Span {
  /** WebVTT: the cue's id, with `/2`, `/3`, … for its further pages. SubRip: the counter. */
  readonly id: string;
  /** Wrapped; never empty. */
  readonly lines: readonly string[];
  /** Who of several voices says it; left out where there is one. */
  readonly speaker?: string;
}

/**
 * A cue as captions: one, or several in turn where its text is too long for one, each with its share of the
 * time; none for a withdrawn cue.
 */
export function captionsOf(cue: Cue, config: WrapConfig): Caption[] {
  if (isWithdrawn(cue)) return [];
  const pages = wrap(cue.text, config);
  const total = pages.flat().join('').length;
  let shown = 0;
  const timeOf = (characters: number) =>
    Math.round((cue.start + ((cue.end - cue.start) * characters) / total) * 1_000) / 1_000;
  return pages.map((lines, index) => {
    const start = timeOf(shown);
    shown += lines.join('').length;
    return {
      id: plainLine(index === 0 ? cue.id : `${cue.id}/${index + 1}`),
      start,
      end: timeOf(shown),
      lines,
      ...(cue.speaker !== null && { speaker: cue.speaker }),
    };
  });
}
