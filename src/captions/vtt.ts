import { BoothError } from '../errors.js';
import type { Cue } from '../media/cue.js';
import { type Caption, captionsOf } from './caption.js';
import { formatTimestamp, parseTimingLine } from './timestamp.js';
import type { WrapConfig } from './wrap.js';

/** What a WebVTT file begins with: the signature and the blank line after it. */
export const VTT_HEADER = 'WEBVTT\n\n';

/** One caption as a WebVTT block, ended by a blank line; a speaker becomes a voice span (W3C WebVTT, sections 4 and 4.2.2). */
export function vttBlock({ id, start, end, lines, speaker }: Caption): string {
  const timing = `${formatTimestamp(start, '.')} --> ${formatTimestamp(end, '.')}`;
  const voice = speaker === undefined ? '' : `<v ${escapeText(speaker)}>`;
  return `${id.replaceAll('-->', '')}\n${timing}\n${voice}${lines.map(escapeText).join('\n')}\n\n`;
}

/** A whole WebVTT file. */
export function writeVtt(cues: readonly Cue[], config: WrapConfig): string {
  return VTT_HEADER + cues.flatMap((cue) => captionsOf(cue, config).map(vttBlock)).join('');
}

/**
 * The captions of a WebVTT file; comments, styles and regions are passed over. A voice span around a caption tells its speaker;
 * other tags inside the text are kept as they stand. Raises CAPTIONS_INVALID for a file without the signature.
 */
export function readVtt(file: string): Caption[] {
  const text = file.replace(/^\uFEFF/, '').replace(/\r\n?/g, '\n');
  if (!/^WEBVTT(?:[ \t\n]|$)/.test(text)) {
    throw new BoothError(
      'CAPTIONS_INVALID',
      `This is no WebVTT file: it begins with ${JSON.stringify(text.slice(0, 20))}, not with WEBVTT. Give a .vtt file.`,
    );
  }
  return text
    .split(/\n{2,}/)
    .slice(1)
    .flatMap(parseBlock);
}

function parseBlock(source: string): Caption[] {
  const rows = source.split('\n').filter((row) => row !== '');
  const at = rows.findIndex((row) => row.includes('-->'));
  const span = parseTimingLine(rows[at] ?? '');
  const { speaker, rows: spoken } = withoutVoice(rows.slice(at + 1));
  const lines = spoken.map(unescapeText);
  if (at < 0 || at > 1 || span === null || lines.length === 0) return [];
  return [{ id: at === 1 ? (rows[0] ?? '') : '', ...span, lines, ...(speaker && { speaker }) }];
}

/** `<v.loud Sam>A line.</v>` → `A line.` by Sam. */
function withoutVoice(rows: readonly string[]): { speaker?: string; rows: readonly string[] } {
  const [first = '', ...others] = rows;
  const [tag, name] = /^<v(?:\.[^\s>]*)?[ \t]+([^>]+)>/.exec(first) ?? [];
  if (tag === undefined || name === undefined) return { rows };
  const spoken = [first.slice(tag.length), ...others];
  spoken.push((spoken.pop() ?? '').replace(/<\/v>[ \t]*$/, ''));
  return { speaker: unescapeText(name.trim()), rows: spoken };
}

/** `>` too, so that no text holds the arrow of a timing line. */
function escapeText(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

const ENTITIES: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  nbsp: '\u00A0',
  lrm: '\u200E',
  rlm: '\u200F',
};

function unescapeText(text: string): string {
  return text.replace(/&([a-z]+);/g, (entity, name: string) => ENTITIES[name] ?? entity);
}
