import type { PartedLine } from '../../media/parted-line.js';
import type { Tokenizer } from '../tokenizer.js';

/** Least probability of the words that take the place of worn ones: a line had rather be said again than said wrong. */
const PLAUSIBLE = 0.01;

/** Given the line so far, sets the scores of what had better not come next to -∞; `undefined` where anything may. */
export type Steer = (line: string) => ((scores: Float32Array) => void) | undefined;

/** The first word of an ending; a Chinese character counts as one. */
const FIRST_WORD = /^\s*(?:\p{Script=Han}|[^\s\p{Script=Han}]+)/u;

/**
 * Lets a line that begins as one of `worn` go on in other words, where the model has any: only the first word after the stem
 * is kept out, so that what a line is about, and where, remains the model's own.
 */
export function otherWords(
  worn: readonly PartedLine[],
  tokenizer: Pick<Tokenizer, 'encode' | 'plain'>,
): Steer {
  const lines = worn.map(({ stem, ending }) => ({
    from: stem.length,
    to: stem.length + (FIRST_WORD.exec(ending)?.[0].length ?? 0),
    text: stem + ending,
  }));
  return (line) => {
    const begun = line.trimStart();
    const same = lines.filter(
      ({ from, to, text }) => begun.length >= from && begun.length < to && text.startsWith(begun),
    );
    const next = same.map(({ text }) => tokenizer.encode(tokenizer.plain(text.slice(begun.length)))[0]);
    const out = new Set(next.filter((id) => id !== undefined));
    return out.size === 0 ? undefined : (scores) => keepOut(scores, out);
  };
}

function keepOut(scores: Float32Array, out: ReadonlySet<number>): void {
  const largest = scores.reduce((most, score) => Math.max(most, score), Number.NEGATIVE_INFINITY);
  let sum = 0;
  let best = 0;
  for (const [id, score] of scores.entries()) {
    const weight = Math.exp(score - largest);
    sum += weight;
    if (!out.has(id)) best = Math.max(best, weight);
  }
  if (best / sum < PLAUSIBLE) return;
  for (const id of out) scores[id] = Number.NEGATIVE_INFINITY;
}
