import { graphemes } from '../media/graphemes.js';
import { type ReadingLimits, readingTime } from './reading-time.js';

/** Where a long line may end, the best place first: after a sentence, after a clause, between words. */
const SENTENCE_END = /[.!?…][\p{Pe}\p{Pf}]*(?=\s)|[。！？][\p{Pe}\p{Pf}]*(?!\p{M})/gu;
const CLAUSE_END = /[,;:–—](?=\s)|[，；：、](?!\p{M})/gu;
const WORD_END = /\S(?=\s)/gu;

/**
 * The line, or as much of it as can be read, and said where somebody says it, within `maxDuration`: whole sentences where the first one fits,
 * else a whole clause, else words, the last two with an ellipsis.
 */
export function fitLine(
  text: string,
  limits: ReadingLimits,
  speechTime: (text: string) => number = () => 0,
): string {
  const fits = (part: string) => Math.max(readingTime(part, limits), speechTime(part)) <= limits.maxDuration;
  if (fits(text)) return text;
  const sentences = lastFit(text, SENTENCE_END, fits);
  if (sentences !== '') return sentences;
  const elided = (part: string) => fits(`${part}…`);
  const words =
    lastFit(text, CLAUSE_END, elided) || lastFit(text, WORD_END, elided) || longestFit(text, elided);
  return `${words.replace(/[\s,;:–—，；：、]+$/u, '')}…`;
}

function lastFit(text: string, ends: RegExp, fits: (part: string) => boolean): string {
  let best = '';
  for (const match of text.matchAll(ends)) {
    const part = text.slice(0, match.index + match[0].length);
    if (!fits(part)) break;
    best = part;
  }
  return best;
}

/** For text without any break, Chinese above all: whole characters. */
function longestFit(text: string, fits: (part: string) => boolean): string {
  let best = '';
  for (const character of graphemes(text)) {
    if (!fits(best + character)) break;
    best += character;
  }
  return best;
}
