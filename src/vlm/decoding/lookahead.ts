import type { Model } from '../model.js';
import type { Context, Reading } from '../reading.js';

/** More say no more. */
const MOST_AGREEING = 8;

/**
 * What may come after `ids`: the tokens that followed when the last few of them were there before, most of them agreeing, the latest where several
 * places agree alike. Goes on into its own guesses, as loops do. Prompt lookup decoding: Saxena 2023, and `prompt_lookup_num_tokens` of transformers.
 */
export function lookUp(ids: readonly number[], most: number): number[] {
  if (most < 1) return [];
  let agreeing = 0;
  let found = ids.length;
  for (let end = ids.length - 1; end > 0 && agreeing < MOST_AGREEING; end--) {
    const agree = agreeingBefore(ids, end);
    if (agree <= agreeing) continue;
    agreeing = agree;
    found = end;
  }
  if (found === ids.length) return [];
  const guesses: number[] = [];
  for (let at = found; guesses.length < most; at++)
    guesses.push((ids[at] ?? guesses[at - ids.length]) as number);
  return guesses;
}

/** How many tokens before `end` are the same as the last ones. */
function agreeingBefore(ids: readonly number[], end: number): number {
  let count = 0;
  while (count < Math.min(end, MOST_AGREEING) && ids[end - 1 - count] === ids[ids.length - 1 - count])
    count++;
  return count;
}

/** How far guesses go; by how they fared. A value. */
export interface Pace {
  /** Tokens of the next guess, at most. */
  readonly reach: number;
  /** Guesses of which nothing came, without one between them of which something did. */
  readonly misses: number;
  /** Tokens to be read one by one before the next guess. */
  readonly rest: number;
}

const FIRST_REACH = 3;
const LONGEST_REST = 32;

export const START: Pace = { reach: FIRST_REACH, misses: 0, rest: 0 };

/** After a guess of `guessed` tokens of which the first `right` came: twice as far where all did, rarer and shorter the more often none did. */
export function paceAfter({ reach, misses }: Pace, guessed: number, right: number): Pace {
  if (right === guessed) return { reach: Math.max(reach, guessed * 2), misses: 0, rest: 0 };
  if (right > 0) return { reach: Math.max(FIRST_REACH, right), misses: 0, rest: 0 };
  return { reach: FIRST_REACH, misses: misses + 1, rest: Math.min(LONGEST_REST, 2 ** (misses + 1)) };
}

export interface LookaheadOptions {
  /** Tokens guessed at once, at most; 0: none. */
  readonly lookahead: number;
  /** The text before the answer, which it may repeat: lines said, what was asked. */
  readonly before: readonly number[];
  /** Tokens that end the answer: nothing is guessed from there on. */
  readonly ends: readonly number[];
  readonly cancelled: () => boolean;
}

/**
 * Reads one answer for the decoding loop, several tokens in a run where it can guess them: a run takes the time of reading the weights,
 * which are read once however many tokens there are. Guesses decide nothing: where the loop chooses otherwise, they are forgotten.
 */
export class Lookahead {
  readonly #model: Pick<Model, 'extend' | 'extendEach'>;
  readonly #options: LookaheadOptions;
  /** `before`, and the answer so far. */
  readonly #ids: number[];
  /** What was guessed and read in the last run, and how much of it has come. */
  #guessed: readonly { readonly id: number; readonly reading: Reading }[] = [];
  #right = 0;
  #pace = START;

  constructor(model: Pick<Model, 'extend' | 'extendEach'>, options: LookaheadOptions) {
    this.#model = model;
    this.#options = options;
    this.#ids = [...options.before];
  }

  /** What comes after `id`, which follows on `context`; so many tokens are `left` to come. Raises as `extend` does. */
  async read(context: Context, id: number, left: number): Promise<Reading> {
    this.#ids.push(id);
    const next = this.#guessed[this.#right];
    if (next?.id !== id) return this.#run(context, id, left);
    this.#right++;
    return next.reading;
  }

  async #run(context: Context, id: number, left: number): Promise<Reading> {
    const { cancelled } = this.#options;
    if (this.#guessed.length > 0) this.#pace = paceAfter(this.#pace, this.#guessed.length, this.#right);
    this.#guessed = [];
    this.#right = 0;
    // The last token of all is never read.
    const guesses = this.#guess(left - 1);
    if (guesses.length === 0) return this.#model.extend(context, [{ ids: [id] }], cancelled);
    const [reading, ...ahead] = await this.#model.extendEach(context, [id, ...guesses], cancelled);
    this.#guessed = ahead.map((each, at) => ({ id: guesses[at] as number, reading: each }));
    return reading as Reading;
  }

  #guess(most: number): readonly number[] {
    const { lookahead, ends } = this.#options;
    const { reach, rest } = this.#pace;
    if (rest > 0) {
      this.#pace = { ...this.#pace, rest: rest - 1 };
      return [];
    }
    const guesses = lookUp(this.#ids, Math.min(reach, most, lookahead));
    const end = guesses.findIndex((guess) => ends.includes(guess));
    return end < 0 ? guesses : guesses.slice(0, end);
  }
}
