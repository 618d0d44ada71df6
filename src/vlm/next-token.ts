import { BoothError } from '../errors.js';

export interface TokenChoice {
  readonly id: number;
  /** 0–1: its probability among the tokens that were allowed. */
  readonly probability: number;
}

export interface TokenRules {
  /** Never chosen. */
  readonly forbidden?: number;
  /** Added to the logit of a token before choosing. */
  readonly bias?: { readonly id: number; readonly by: number };
}

/**
 * The likeliest token of one row of logits, the lowest id on a tie. Raises INFERENCE_FAILED when the
 * logits are not numbers.
 */
export function nextToken(logits: Float32Array, rules: TokenRules = {}): TokenChoice {
  const adjusted = adjust(logits, rules);
  let id = 0;
  let sum = 0;
  for (let i = 0; i < adjusted.length; i++) {
    const logit = adjusted[i] as number;
    if (Number.isNaN(logit) || logit === Number.POSITIVE_INFINITY) throw brokenLogits(i, logit);
    if (logit > (adjusted[id] as number)) id = i;
  }
  const largest = adjusted[id] ?? Number.NEGATIVE_INFINITY;
  if (largest === Number.NEGATIVE_INFINITY) throw brokenLogits(id, largest);
  for (const logit of adjusted) sum += Math.exp(logit - largest);
  return { id, probability: 1 / sum };
}

function adjust(logits: Float32Array, { forbidden, bias }: TokenRules): Float32Array {
  const adjusted = Float32Array.from(logits);
  if (bias !== undefined) adjusted[bias.id] = (adjusted[bias.id] ?? 0) + bias.by;
  if (forbidden !== undefined) adjusted[forbidden] = Number.NEGATIVE_INFINITY;
  return adjusted;
}

function brokenLogits(id: number, value: number): BoothError {
  return new BoothError(
    'INFERENCE_FAILED',
    `The model gave ${value} as the logit of token ${id}: its weights are damaged or overflow on this device; try --device cpu or another --dtype.`,
  );
}
