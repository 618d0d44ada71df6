import { graphemes } from './graphemes.js';

/** Line ends, tabs and every other white space, Unicode's two separators and NEL included. */
const WHITE_SPACE = /[\s\u0085\u2028\u2029]+/gu;

/**
 * What must not reach a terminal, a player or a page: control characters, lone surrogates, and invisible
 * characters that reorder or hide text (Unicode TR 36, "bidirectional text spoofing"). The joiners of emoji
 * and of Indic and Arabic scripts (U+200C, U+200D) stay, as do the plain direction marks.
 */
const HIDDEN = /[\p{Cc}\p{Cs}\u00AD\u200B\u2060\uFEFF\u202A-\u202E\u2066-\u2069\u{E0000}-\u{E007F}]/gu;

/** One line of plain text: no line breaks, no control characters, single spaces that stand alone, nothing at the edges. */
export function plainLine(text: string): string {
  const visible = text.replace(WHITE_SPACE, ' ').replace(HIDDEN, '');
  // A mark on a space (or at an edge, where the next text's space would carry it) has no letter, and no line could break there.
  const bare = graphemes(` ${visible} `).map((one) => (one.includes(' ') ? ' ' : one));
  return bare.join('').replace(/ {2,}/g, ' ').trim();
}
