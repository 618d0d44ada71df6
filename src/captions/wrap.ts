import type { CaptionsConfig } from '../config.js';
import { graphemes, isCjk } from '../media/graphemes.js';
import { plainLine } from '../media/plain-line.js';

export type WrapConfig = Pick<CaptionsConfig, 'lineLength' | 'lines'>;

/** A piece that is never split, and whether a space goes before it when it does not begin a line. */
interface Piece {
  readonly text: string;
  /** In columns: 2 for a Chinese, Japanese or Korean character and for an emoji, else 1. */
  readonly width: number;
  readonly spaced: boolean;
}

const words = new Intl.Segmenter('zh', { granularity: 'word' });

const WIDE = /[\u3000-\u303F\uFF01-\uFF60\uFFE0-\uFFE6]|\p{Emoji_Presentation}/u;
/** Never begin a line with these, nor end one with those (the commonest of JIS X 4051 and GB/T 15834). */
const CLOSING = /^[\p{Pe}\p{Pf}，。、！？：；…～·,.!?:;%％]/u;
const OPENING = /[\p{Ps}\p{Pi}]$/u;

/**
 * Breaks a text into pages of at most `lines` lines of at most `lineLength` columns, the lines about equally
 * long. Breaks at spaces and between Chinese or Japanese words, before no closing punctuation; a word longer than a line is
 * split between grapheme clusters. One page is one caption; text that fits gives a single page.
 */
export function wrap(text: string, { lineLength, lines }: WrapConfig): string[][] {
  const pieces = piecesOf(plainLine(text), lineLength);
  const loose = fill(pieces, lineLength);
  const balanced = fill(pieces, narrowest(pieces, loose.length, lineLength));
  const pages: string[][] = [];
  for (let index = 0; index < balanced.length; index += lines)
    pages.push(balanced.slice(index, index + lines));
  return pages;
}

/** Columns that a text takes. */
export function columns(text: string): number {
  return graphemes(text).reduce((sum, grapheme) => sum + (isWide(grapheme) ? 2 : 1), 0);
}

function fill(pieces: readonly Piece[], width: number): string[] {
  const lines: string[] = [];
  let used = Infinity;
  for (const piece of pieces) {
    const room = used + piece.width + (piece.spaced ? 1 : 0);
    if (room > width) {
      lines.push(piece.text);
      used = piece.width;
    } else {
      lines.push(`${lines.pop() ?? ''}${piece.spaced ? ' ' : ''}${piece.text}`);
      used = room;
    }
  }
  return lines;
}

/** The smallest width that needs no more lines than `count`: filling to it balances them. */
function narrowest(pieces: readonly Piece[], count: number, widest: number): number {
  let [low, high] = [1, widest];
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if (fill(pieces, middle).length <= count) high = middle;
    else low = middle + 1;
  }
  return low;
}

function piecesOf(text: string, longest: number): Piece[] {
  return text
    .split(' ')
    .filter((word) => word !== '')
    .flatMap((word) =>
      breakable(word)
        .flatMap((part) => shorten(part, longest))
        .map((part, index) => ({ text: part, width: columns(part), spaced: index === 0 })),
    );
}

/** A run without spaces, split where a line may end inside it: beside a CJK word, if punctuation allows. */
function breakable(run: string): string[] {
  const parts: string[] = [];
  let before = '';
  for (const { segment } of words.segment(run)) {
    if (before === '' || mayBreak(before, segment)) parts.push(segment);
    else parts.push(`${parts.pop() ?? ''}${segment}`);
    before = segment;
  }
  return parts;
}

function mayBreak(before: string, after: string): boolean {
  if (CLOSING.test(after) || OPENING.test(before)) return false;
  return isWide(graphemes(before).at(-1) ?? '') || isWide(graphemes(after)[0] ?? '');
}

function isWide(grapheme: string): boolean {
  return isCjk(grapheme) || WIDE.test(grapheme);
}

/** A piece longer than a line, in lines. */
function shorten(part: string, longest: number): string[] {
  if (columns(part) <= longest) return [part];
  return fill(
    graphemes(part).map((text) => ({ text, width: columns(text), spaced: false })),
    longest,
  );
}
