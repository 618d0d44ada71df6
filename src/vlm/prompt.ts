import type { Family } from './families/family.js';
import type { Positions } from './positions.js';

/** What pictures became: embeddings that stand in the place of as many pad tokens. */
export interface VisionBlock {
  /** [tokens, hidden] */
  readonly features: Float32Array;
  readonly tokens: number;
  positions(start: number): Positions;
}

export type PromptPart = { readonly ids: readonly number[] } | { readonly vision: VisionBlock };

/** Tokens that a part takes. */
export function lengthOf(part: PromptPart): number {
  return 'ids' in part ? part.ids.length : part.vision.tokens;
}

/** One id for each token; `pad` where features stand. */
export function idsOf(parts: readonly PromptPart[], pad: number): number[] {
  return parts.flatMap((part) => ('ids' in part ? part.ids : Array<number>(part.vision.tokens).fill(pad)));
}

/** Where the parts stand when the first begins at `start`. */
export function place(family: Family, start: number, parts: readonly PromptPart[]): Positions {
  let all: Positions = { t: [], h: [], w: [], next: start };
  for (const part of parts) {
    const { t, h, w, next } =
      'ids' in part ? family.text(all.next, part.ids.length) : part.vision.positions(all.next);
    all = { t: [...all.t, ...t], h: [...all.h, ...h], w: [...all.w, ...w], next };
  }
  return all;
}
