import { BoothError } from '../../errors.js';
import type { Random } from './random.js';
import { heat, keepTopK, keepTopP, penaliseRepeats } from './samplers.js';

export interface TokenChoice {
  readonly id: number;
  /** 0–1: the model's own probability of it among the tokens that were allowed, before temperature, top-k and top-p. */
  readonly probability: number;
}

/** How a token is drawn; the defaults are greedy. */
export interface Sampling {
  /** 0 takes the likeliest token always. */
  readonly temperature: number;
  /** 0–1; 1 keeps all. */
  readonly topP: number;
  /** 0 keeps all. */
  readonly topK: number;
  /** 1 is none. */
  readonly repetitionPenalty: number;
}

export interface TokenRules {
  /** Never chosen. */
  readonly forbidden?: readonly number[];
  /** Sets the scores of what may not come next to -∞. */
  readonly mask?: (scores: Float32Array) => void;
  readonly sampling?: Sampling;
  /** What was said and asked so far, for the repetition penalty. */
  readonly seen?: Iterable<number>;
  readonly random?: Random;
}

/**
 * Chooses from one row of logits, which stay as they are: the likeliest token, the lowest id on a tie; or, at a temperature above 0, a
 * draw. In the order of transformers' `_get_logits_processor`: repetition penalty, mask, temperature, top-k, top-p.
 * Raises INFERENCE_FAILED when the logits are not numbers or leave nothing to choose.
 */
export function nextToken(logits: Float32Array, rules: TokenRules = {}): TokenChoice {
  const scores = allowed(logits, rules);
  const { sampling, random } = rules;
  const likeliest = argmax(scores);
  const largest = scores[likeliest] ?? Number.NEGATIVE_INFINITY;
  if (largest === Number.NEGATIVE_INFINITY) throw nothingLeft(logits);
  const id =
    sampling === undefined || sampling.temperature === 0 || random === undefined
      ? likeliest
      : draw(warped(scores, sampling), random());
  const sum = scores.reduce((all, score) => all + Math.exp(score - largest), 0);
  return { id, probability: Math.exp((scores[id] as number) - largest) / sum };
}

/** A copy of the logits with something added to those of some tokens. */
export function withBiases(
  logits: Float32Array,
  biases: readonly { readonly id: number; readonly by: number }[],
): Float32Array {
  const biased = logits.slice();
  for (const { id, by } of biases) biased[id] = (biased[id] ?? 0) + by;
  return biased;
}

function allowed(logits: Float32Array, { forbidden = [], mask, sampling, seen }: TokenRules) {
  for (let id = 0; id < logits.length; id++) {
    const logit = logits[id] as number;
    if (Number.isNaN(logit) || logit === Number.POSITIVE_INFINITY) throw brokenLogits(id, logit);
  }
  const penalty = sampling?.repetitionPenalty ?? 1;
  const scores = penalty === 1 ? logits.slice() : penaliseRepeats(logits, new Set(seen ?? []), penalty);
  for (const id of forbidden) scores[id] = Number.NEGATIVE_INFINITY;
  mask?.(scores);
  return scores;
}

function warped(scores: Float32Array, { temperature, topK, topP }: Sampling): Float32Array {
  const hot = temperature === 1 ? scores : heat(scores, temperature);
  const few = topK === 0 ? hot : keepTopK(hot, topK);
  return topP === 1 ? few : keepTopP(few, topP);
}

function argmax(scores: Float32Array): number {
  let best = 0;
  for (let id = 1; id < scores.length; id++) if ((scores[id] as number) > (scores[best] as number)) best = id;
  return best;
}

/** The token on which `share` (0–1) of all probability falls. */
function draw(scores: Float32Array, share: number): number {
  const best = argmax(scores);
  const largest = scores[best] as number;
  const sum = scores.reduce((all, score) => all + Math.exp(score - largest), 0);
  let left = share * sum;
  for (let id = 0; id < scores.length; id++) {
    left -= Math.exp((scores[id] as number) - largest);
    if (left < 0) return id;
  }
  return best;
}

function brokenLogits(id: number, value: number): BoothError {
  return new BoothError(
    'INFERENCE_FAILED',
    `The model gave ${value} as the logit of token ${id}: its weights are damaged or overflow on this device; try --device cpu or another --dtype.`,
  );
}

function nothingLeft(logits: Float32Array): BoothError {
  const finite = logits.some((logit) => logit !== Number.NEGATIVE_INFINITY);
  if (!finite) return brokenLogits(0, logits[0] ?? Number.NEGATIVE_INFINITY);
  return new BoothError(
    'INFERENCE_FAILED',
    `None of the ${logits.length} tokens that the model scored may come next: its tokenizer.json lacks the characters that the answer needs; check the model's folder.`,
  );
}
