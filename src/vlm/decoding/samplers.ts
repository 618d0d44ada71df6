/**
 * Steps from logits to what a token is drawn from, as the classes of the same names in transformers' `generation/logits_process.py`
 * do it (5.23). Each takes one row of scores and gives a new one; a score of -∞ is out.
 */

/** Scores of tokens that were there before: divided by `penalty` where above 0, multiplied where below (Keskar et al., CTRL). */
export function penaliseRepeats(scores: Float32Array, ids: Iterable<number>, penalty: number): Float32Array {
  const penalised = scores.slice();
  for (const id of ids) {
    const score = scores[id];
    if (score !== undefined) penalised[id] = score < 0 ? score * penalty : score / penalty;
  }
  return penalised;
}

export function heat(scores: Float32Array, temperature: number): Float32Array {
  return scores.map((score) => score / temperature);
}

/** Keeps the `k` largest scores, and their equals. */
export function keepTopK(scores: Float32Array, k: number): Float32Array {
  if (k >= scores.length) return scores;
  const least = scores.slice().sort()[scores.length - k] as number;
  return scores.map((score) => (score < least ? Number.NEGATIVE_INFINITY : score));
}

/**
 * Keeps the fewest tokens whose probabilities add up to `p` at least: those below are out whose own sum, with all smaller ones, is
 * 1 - p or less (Holtzman et al., nucleus sampling). Equals stay together, where torch's sort picks some of them.
 */
export function keepTopP(scores: Float32Array, p: number): Float32Array {
  const sorted = scores.slice().sort();
  const largest = sorted.at(-1) ?? Number.NEGATIVE_INFINITY;
  const total = sorted.reduce((sum, score) => sum + Math.exp(score - largest), 0);
  let below = 0;
  let least = largest;
  for (const score of sorted) {
    below += Math.exp(score - largest) / total;
    least = score;
    if (below > 1 - p) break;
  }
  return scores.map((score) => (score < least ? Number.NEGATIVE_INFINITY : score));
}
