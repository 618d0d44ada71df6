import { z } from 'zod';
import { modelInvalid } from './checked-json.js';

/** No tokenizer in use has a tenth of this; tables by id are made of it. */
const MOST_TOKENS = 4_000_000;
const SHOWN_CHARACTERS = 40;

/** ASCII as byte-level tokenizers write it: printable characters, and Ġ for the space. Without one, text would be left out silently. */
const SPELLED = ['Ġ', ...Array.from({ length: 94 }, (_, i) => String.fromCharCode(33 + i))];

/** BPE and WordPiece give each token its id; Unigram has a list, in which the place is the id. */
const definitionSchema = z.looseObject({
  model: z.looseObject({ vocab: z.union([z.record(z.string(), z.unknown()), z.array(z.unknown())]) }),
  decoder: z.looseObject({ type: z.unknown() }).nullish(),
  added_tokens: z.array(z.looseObject({ id: z.unknown(), content: z.unknown() })).default([]),
});

/**
 * Every token of tokenizer.json must have an id that tables can be made of; asked before any is made, because one of an id of 10^9 ends the process.
 * Raises MODEL_INVALID, naming the token and its id.
 */
export function checkIds(path: string, definition: object): void {
  const parsed = definitionSchema.safeParse(definition);
  if (!parsed.success) throw modelInvalid(`${path} is no tokenizer: it lacks a "model" with a "vocab"`);
  const { model, decoder, added_tokens } = parsed.data;
  const { vocab } = model;
  if (!Array.isArray(vocab)) {
    for (const [token, id] of Object.entries(vocab)) checkId(path, token, id);
    const hole =
      decoder?.type === 'ByteLevel' ? SPELLED.find((byte) => !Object.hasOwn(vocab, byte)) : undefined;
    if (hole !== undefined)
      throw modelInvalid(`${path} has no token for ${shown(hole)}, so it cannot spell every text`);
  }
  for (const { content, id } of added_tokens) checkId(path, content, id);
}

function checkId(path: string, token: unknown, id: unknown): void {
  if (isId(id)) return;
  throw modelInvalid(
    `${path} gives the token ${shown(token)} the id ${shown(id)}, but ids are whole numbers from 0 to ${MOST_TOKENS - 1}`,
  );
}

/** `ids` of `text`, none of which may be missing: a tokenizer with holes has no token for some of it. Raises MODEL_INVALID. */
export function withoutHoles(path: string, text: string, ids: readonly unknown[]): number[] {
  if (ids.every(isId)) return [...ids];
  throw modelInvalid(`${path} has no token for some part of ${shown(text)}`);
}

function isId(value: unknown): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0 && value < MOST_TOKENS;
}

function shown(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value);
  return text.length <= SHOWN_CHARACTERS ? text : `${text.slice(0, SHOWN_CHARACTERS)}…`;
}
