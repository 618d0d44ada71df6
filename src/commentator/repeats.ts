import { SMALL_TALK } from '../media/precedence.js';
import { type Moment, momentOf } from './moments.js';

/** A line that was said, as far as later ones are compared with it. */
interface Said {
  readonly id: string;
  readonly words: readonly string[];
  readonly moment: Moment;
  /** Seconds of presentation time from which it was on. */
  readonly saidAt: number;
  /** When the model last came up with it, said or held back. */
  heardAt: number;
}

export interface Repeats {
  /** True for a line that tells a listener nothing since one of the last `window` seconds. */
  isRepeat(text: string, at: number): boolean;
  /** True while the beginning of a line could still become a repeat. */
  mayBecomeRepeat(beginning: string, at: number): boolean;
  /** A line was said at `at`, and is on from `start`. */
  note(id: string, text: string, at: number, start?: number): void;
  forget(id: string): void;
}

/** Lines compared at most, however long the window. */
const LIMIT = 64;

const NGRAM = 4;
/** Share of a line's 4-grams found in an earlier one from which the two are taken for the same. */
const SAME_SHARE = 0.6;

/** Words that a line can add or change without saying anything new. */
const FILLERS = new Set(
  (
    'a an and are as at but by for from here in is it its now of oh on so still the then there this to up was with ' +
    'again once more now 又 再 了 的 在 正 还 仍 着 现 是 也 就 吧 啊 呢 啦'
  ).split(' '),
);

/** Words for where the ball is: no news by themselves where the rest of the line is what was said before. */
const PLACES = new Set('中场左右路侧边前后禁区里外半线'.split(''));

/**
 * Tells repeats from news. Two lines are alike when they are equal but for case and punctuation, or when the
 * newer one shares most of its 4-grams with the older and has no telling word and no number of its own: a new
 * team, player or score is always news; of small talk, that is all that is. Words alone cannot tell a second corner from the first one said twice,
 * so alike lines about an event are a repeat only while the moment is the same: until the model has left off
 * saying it for that moment's `again` seconds. Alike lines about nothing in particular repeat for all of
 * `window`, counted from when they were said, so that even a stuck model is heard now and then.
 */
export function createRepeats(window: number): Repeats {
  let said: readonly Said[] = [];

  const fresh = (at: number) =>
    said.filter(({ saidAt, heardAt, moment }) =>
      moment.again === Infinity ? at - saidAt <= window : at - heardAt < Math.min(moment.again, window),
    );

  return {
    isRepeat: (text, at) => {
      const words = wordsOf(text);
      const { kind, importance } = momentOf(text);
      const telling = importance > SMALL_TALK ? words : namesIn(text);
      const first = fresh(at).find(
        (earlier) => earlier.moment.kind === kind && saysNothingNew(words, telling, earlier.words),
      );
      if (first !== undefined) first.heardAt = at;
      return first !== undefined;
    },
    mayBecomeRepeat: (beginning, at) => {
      const words = wordsOf(beginning);
      return fresh(at).some((earlier) =>
        words.every((word, index) => earlier.words[index]?.startsWith(word)),
      );
    },
    note: (id, text, at, start = at) => {
      const line = { id, words: wordsOf(text), moment: momentOf(text), saidAt: start, heardAt: at };
      said = [...said.filter(({ heardAt }) => at - heardAt < window), line].slice(-LIMIT);
    },
    forget: (id) => {
      said = said.filter((line) => line.id !== id);
    },
  };
}

/** Lower-case words and numbers; each Chinese or Japanese character counts as a word. */
export function wordsOf(text: string): string[] {
  return spelt(text).map((word) => word.toLowerCase());
}

function spelt(text: string): string[] {
  return (
    text
      .normalize('NFKC')
      .match(
        /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]|[^\P{L}\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}][\p{L}\p{M}'’]*|\p{N}+/gu,
      ) ?? []
  );
}

/** Words that may name somebody: those with a capital letter, and Chinese characters, which have none. */
function namesIn(text: string): string[] {
  return spelt(text)
    .filter((word) => /^[\p{Lu}\p{Lo}]/u.test(word) && !PLACES.has(word))
    .map((word) => word.toLowerCase());
}

/** `telling`: those of `words` that would be news. */
function saysNothingNew(
  words: readonly string[],
  telling: readonly string[],
  before: readonly string[],
): boolean {
  if (words.join(' ') === before.join(' ')) return true;
  const known = new Set([...before, ...FILLERS]);
  const numbers = (line: readonly string[]) => line.filter((word) => /^\p{N}+$/u.test(word)).join(' ');
  return (
    telling.every((word) => known.has(word)) &&
    numbers(words) === numbers(before) &&
    sharedNgrams(words, before) >= SAME_SHARE
  );
}

/** Share of the 4-grams of `words` that occur in `before`, 0–1; shorter lines count as one gram. */
function sharedNgrams(words: readonly string[], before: readonly string[]): number {
  const size = Math.min(NGRAM, words.length);
  const grams = ngrams(words, size);
  const known = new Set(ngrams(before, size));
  return grams.filter((gram) => known.has(gram)).length / Math.max(1, grams.length);
}

function ngrams(words: readonly string[], size: number): string[] {
  return words
    .slice(0, Math.max(0, words.length - size + 1))
    .map((_, index) => words.slice(index, index + size).join(' '));
}
