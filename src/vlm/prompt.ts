import { modelInvalid } from './checked-json.js';
import type { Block, Sight } from './families/family.js';
import { type Positions, textPositions } from './positions.js';
import type { Tokenizer } from './tokenizer.js';

/** What pictures became: embeddings that stand in the place of as many pad tokens. */
export interface VisionBlock extends Block {
  /** [tokens, hidden] */
  readonly features: Float32Array;
}

export type PromptPart = { readonly ids: readonly number[] } | { readonly vision: VisionBlock };

/** Tokens that a part takes. */
export function lengthOf(part: PromptPart): number {
  return 'ids' in part ? part.ids.length : part.vision.tokens;
}

/** Embeddings of vision stand over those of this token, which every vocabulary has. */
const STAND_IN = 0;

/** One id for each token, some id where features stand. */
export function idsOf(parts: readonly PromptPart[]): number[] {
  return parts.flatMap((part) =>
    'ids' in part ? part.ids : Array<number>(part.vision.tokens).fill(STAND_IN),
  );
}

/** Where the parts stand when the first begins at `start`. */
export function place(start: number, parts: readonly PromptPart[]): Positions {
  let all: Positions = { t: [], h: [], w: [], next: start };
  for (const part of parts) {
    const { t, h, w, next } =
      'vision' in part && part.vision.positions !== undefined
        ? part.vision.positions(all.next)
        : textPositions(all.next, lengthOf(part));
    all = { t: [...all.t, ...t], h: [...all.h, ...h], w: [...all.w, ...w], next };
  }
  return all;
}

/**
 * A rendered prompt as parts: each placeholder of the pictures becomes its expansion, the whole is tokenised at once, as the
 * reference does, and the runs of pads give way to `blocks`. Raises MODEL_INVALID where the template wrote another number of placeholders.
 */
export function partsOf(
  rendered: string,
  sight: Sight,
  blocks: readonly VisionBlock[],
  tokenizer: Tokenizer,
): PromptPart[] {
  const ids = tokenizer.encodePrompt(expanded(rendered, sight));
  const pad = tokenizer.id(sight.pad);
  const parts: PromptPart[] = [];
  let from = 0;
  for (const vision of blocks) {
    const at = pad === undefined ? -1 : ids.indexOf(pad, from);
    const pads = ids.slice(at, at + vision.tokens);
    if (at < 0 || pads.length < vision.tokens || pads.some((id) => id !== pad))
      throw modelInvalid(`its tokenizer does not keep ${sight.pad} as one token`);
    if (at > from) parts.push({ ids: ids.slice(from, at) });
    parts.push({ vision });
    from = at + vision.tokens;
  }
  return from === ids.length ? parts : [...parts, { ids: ids.slice(from) }];
}

function expanded(rendered: string, { placeholder, expansions }: Sight): string {
  const pieces = rendered.split(placeholder);
  if (pieces.length !== expansions.length + 1)
    throw modelInvalid(
      `its chat template wrote ${placeholder} ${pieces.length - 1} times for ${expansions.length} pictures or videos`,
    );
  return pieces.map((piece, i) => piece + (expansions[i] ?? '')).join('');
}
