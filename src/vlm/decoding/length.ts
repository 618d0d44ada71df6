import type { Tokenizer } from '../tokenizer.js';

/** How long an answer may grow, in tokens. */
export interface LineLength {
  /** From here on it ends with the first sentence. */
  readonly wanted: number;
  /** From here on it ends with the first word. */
  readonly grace: number;
  /** Never longer, whatever it cuts. */
  readonly most: number;
}

/** What the tokens of a word are measured on where less was said than `ENOUGH_WORDS`. */
const SAMPLE = 'The blues win the ball in midfield, play it forward at once, and shoot from twenty metres.';
const ENOUGH_WORDS = 12;

/** Shortest line that is asked for, in words: less is seldom a sentence. */
const FEWEST_WORDS = 8;

/**
 * The tokens that fit into `seconds` of speech at `wordsPerSecond`, by the tokens of a word in what was said so far; `null`: as long as
 * the model goes on, up to `most`. Grace is half of it, so that a sentence can be finished.
 */
export function lineLength(
  seconds: number | null,
  most: number,
  {
    tokenizer,
    said,
    wordsPerSecond,
  }: { tokenizer: Pick<Tokenizer, 'encode' | 'plain'>; said: readonly string[]; wordsPerSecond: number },
): LineLength {
  if (seconds === null) return upTo(most);
  const words = Math.max(FEWEST_WORDS, seconds * wordsPerSecond);
  const wanted = Math.min(most, Math.round(words * tokensPerWord(tokenizer, said)));
  return { wanted, grace: Math.min(most, Math.ceil(wanted * 1.5)), most: Math.min(most, wanted * 2) };
}

/** No length but a limit. */
export function upTo(most: number): LineLength {
  return { wanted: most, grace: most, most };
}

/** Whether an answer of `tokens` tokens is long enough to end before its next token, which would make of `text` `longer`. */
export function isEnough(
  { wanted, grace, most }: LineLength,
  tokens: number,
  text: string,
  longer: string,
): boolean {
  if (tokens < wanted) return false;
  if (tokens >= most) return true;
  return endsSentence(text) || (tokens >= grace && beginsWord(text, longer));
}

function tokensPerWord(tokenizer: Pick<Tokenizer, 'encode' | 'plain'>, said: readonly string[]): number {
  const spoken = tokenizer.plain(said.join(' '));
  const text = countWords(spoken) < ENOUGH_WORDS ? SAMPLE : spoken;
  return tokenizer.encode(text).length / countWords(text);
}

const segmenter = new Intl.Segmenter(undefined, { granularity: 'word' });

/** Words as people count them; Chinese and Japanese, which have no spaces, by their dictionary. */
export function countWords(text: string): number {
  return [...segmenter.segment(text)].filter(({ isWordLike }) => isWordLike).length;
}

const SENTENCE_END = /[.!?…。！？]["'”’»)\]）」』]*\s*$/u;
const BEGINS_WORD = /^[\s\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]/u;

function endsSentence(text: string): boolean {
  return SENTENCE_END.test(text);
}

function beginsWord(text: string, longer: string): boolean {
  return BEGINS_WORD.test(longer.slice(text.length));
}
