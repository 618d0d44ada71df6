const segmenter = new Intl.Segmenter('und', { granularity: 'grapheme' });

const PRINTABLE_ASCII = /^[ -~]*$/;

const CJK = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}]/u;

/** What a reader calls characters: grapheme clusters (Unicode Annex 29), never half of an emoji or an accent. */
export function graphemes(text: string): string[] {
  // The segmenter takes microseconds a character, and most text needs none of it.
  if (PRINTABLE_ASCII.test(text)) return text.split('');
  return Array.from(segmenter.segment(text), ({ segment }) => segment);
}

/** True for a Chinese, Japanese or Korean character, which says about as much as a short word. */
export function isCjk(grapheme: string): boolean {
  return CJK.test(grapheme);
}
