import { claimsOf } from '../language/claims.js';
import type { TeamWords } from '../language/lexicon.js';
import { type Cue, isWithdrawn } from '../media/cue.js';
import type { PartedLine } from '../media/parted-line.js';

/** How lines were ended of late, so that the next ones are ended otherwise. Holds at most LIMIT lines. */
export interface Endings {
  /** Hears every cue, in all its forms. */
  note(cue: Cue): void;
  /** Lines of the last `window` seconds before `at` that could have been worded otherwise, oldest first. */
  worn(at: number): readonly PartedLine[];
}

/** Lines held at most, however long the window. */
const LIMIT = 64;

interface Said extends PartedLine {
  readonly id: string;
  /** Seconds of presentation time. */
  readonly at: number;
}

export function createEndings(window: number, lang: string, teams: readonly TeamWords[]): Endings {
  let said: readonly Said[] = [];
  return {
    note: (cue) => {
      if (!cue.final) return;
      const { id, text, start: at } = cue;
      const others = said.filter((line) => line.id !== id && at - line.at < window);
      const parted = isWithdrawn(cue) ? null : partLine(text, lang, teams);
      said = parted === null ? others : [...others, { id, at, ...parted }].slice(-LIMIT);
    },
    worn: (at) => said.filter((line) => at - line.at < window).map(({ stem, ending }) => ({ stem, ending })),
  };
}

/** Ends of words; each Chinese or Japanese character is one. */
const WORD_END =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]|[\p{L}\p{M}\p{N}'’]+?(?![\p{L}\p{M}\p{N}'’])/gu;
/** What still goes with the stem: punctuation, and the particle after a Chinese name. */
const CLOSES = /^(?:[^\p{L}\p{N}\s]|的)+/u;

/**
 * Parts a line after the shortest beginning that claims all that the line claims; `null` for a line that claims nothing, or has no word
 * after that.
 */
export function partLine(text: string, lang: string, teams?: readonly TeamWords[]): PartedLine | null {
  const claims = (part: string) => JSON.stringify(claimsOf(part, lang, teams));
  const all = claims(text);
  if (all === '[]') return null;
  const ends = [...text.matchAll(WORD_END)].map((word) => word.index + word[0].length);
  const told = ends.find((end) => claims(text.slice(0, end)) === all) ?? text.length;
  const at = told + (CLOSES.exec(text.slice(told))?.[0].length ?? 0);
  const ending = text.slice(at);
  return /[\p{L}\p{N}]/u.test(ending) ? { stem: text.slice(0, at), ending } : null;
}
