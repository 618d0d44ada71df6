import type { Cue } from '../media/cue.js';
import { type Caption, captionsOf } from './caption.js';
import { formatTimestamp, parseTimingLine } from './timestamp.js';
import type { WrapConfig } from './wrap.js';

/**
 * SubRip has no escapes, and players obey `<i>`, `{\an8}`, `\N` and `-->`: an invisible word joiner, which
 * `plainLine` never lets through from a model, breaks such commands.
 */
const GUARD = '\u2060';

/** One caption as a SubRip block with its number in the file, ended by a blank line. */
export function srtBlock({ start, end, lines }: Caption, counter: number): string {
  const timing = `${formatTimestamp(start, ',')} --> ${formatTimestamp(end, ',')}`;
  return `${counter}\n${timing}\n${lines.map(guard).join('\n')}\n\n`;
}

/** SubRip knows no speakers: a name goes before the line. */
export function srtCaptions(cue: Cue, config: WrapConfig): Caption[] {
  return captionsOf(cue.speaker === null ? cue : { ...cue, text: `${cue.speaker}: ${cue.text}` }, config);
}

/** A whole SubRip file, its blocks numbered from 1. */
export function writeSrt(cues: readonly Cue[], config: WrapConfig): string {
  return cues
    .flatMap((cue) => srtCaptions(cue, config))
    .map((caption, index) => srtBlock(caption, index + 1))
    .join('');
}

/** The captions of a SubRip file; blocks without a timing line are passed over. */
export function readSrt(file: string): Caption[] {
  const text = file.replace(/^\uFEFF/, '').replace(/\r\n?/g, '\n');
  return text.split(/\n{2,}/).flatMap(parseBlock);
}

function parseBlock(source: string): Caption[] {
  const [id = '', timing = '', ...rows] = source.split('\n').filter((row) => row !== '');
  const span = parseTimingLine(timing);
  if (span === null || rows.length === 0) return [];
  return [{ id, ...span, lines: rows.map((row) => row.replaceAll(GUARD, '')) }];
}

function guard(line: string): string {
  return line.replace(/[<{\\]|-(?=->)/g, (character) => character + GUARD);
}
