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

/** What a range is of: "20-25 yards", 2-3名球员. */
const UNITS =
  /^\s?(?:yards?|met(?:re|er)s?|m\b|minutes?|seconds?|players?|men\b|times\b|[米码名个人次分秒岁])/;

/** `3-1` is "three one" in English and 三比一 in Chinese, and before a unit "three to one" and 三到一; engines would say "three dash one". */
function spokenScore(text: string, lang: string): string {
  const [score, range] = /^(zh|cmn|yue)\b/.test(lang) ? ['比', '到'] : [' ', ' to '];
  return text.replace(
    /(?<![\d-–.])(\d{1,3})\s?[-–]\s?(\d{1,3})(?![\d-–.]\d|\d)/g,
    (found, from: string, to: string, at: number) =>
      `${from}${UNITS.test(text.slice(at + found.length)) ? range : score}${to}`,
  );
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
