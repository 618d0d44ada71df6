/** A spoken line is short; what is longer is a fault of the model and is cut at a word. */
export const MAX_CHARACTERS = 600;

/**
 * What a voice should read: one line without markup, control characters or phoneme brackets, with
 * scores as they are spoken. Empty when there is no letter and no digit to say.
 */
export function speakable(text: string, lang: string): string {
  const line = text
    .slice(0, MAX_CHARACTERS * 4)
    .normalize('NFC')
    .toWellFormed()
    .replace(/<[^<>]*>/g, ' ')
    .replace(/[\p{C}\p{Z}\s]+/gu, ' ')
    .replace(/[[\](){}<>|\\`^~*_#$@=]+/g, ' ');
  const said = clip(spokenScore(line, lang).replace(/ +/g, ' ').trim());
  return /[\p{L}\p{N}]/u.test(said) ? said : '';
}

/** True when every letter is of the Latin script. */
export function isLatin(text: string): boolean {
  return !/[^\p{Script=Latin}\p{Script=Common}\p{Script=Inherited}]/u.test(text);
}

/** ASCII only: accents are folded, what has no plain form becomes a space. */
export function asciiOnly(text: string): string {
  return text
    .replace(/[‘’]/g, "'")
    .replace(/[–—]/g, '-')
    .normalize('NFKD')
    .replace(/\p{M}+/gu, '')
    .replace(/[^\x20-\x7e]+/g, ' ')
    .replace(/ +/g, ' ')
    .trim();
}

/** `3-1` is "three one" in English and 三比一 in Chinese; engines would say "three dash one". */
function spokenScore(text: string, lang: string): string {
  const between = /^(zh|cmn|yue)\b/.test(lang) ? '比' : ' ';
  return text.replace(/(?<![\d-–.])(\d{1,3})\s?[-–]\s?(\d{1,3})(?![\d-–.]\d|\d)/g, `$1${between}$2`);
}

function clip(text: string): string {
  if (text.length <= MAX_CHARACTERS) return text;
  const cut = text
    .slice(0, MAX_CHARACTERS)
    .toWellFormed()
    .replace(/\uFFFD$/, '');
  const lastSpace = cut.lastIndexOf(' ');
  return lastSpace > MAX_CHARACTERS / 2 ? cut.slice(0, lastSpace) : cut;
}
