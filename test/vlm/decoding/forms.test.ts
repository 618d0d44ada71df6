import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { Constraint } from '../../../src/vlm/decoding/constraint.js';
import type { AnswerSchema } from '../../../src/vlm/decoding/json-schema.js';
import { nextToken } from '../../../src/vlm/decoding/next-token.js';
import { seededRandom } from '../../../src/vlm/decoding/random.js';
import type { Tokenizer } from '../../../src/vlm/tokenizer.js';
import { fc } from '../../support/fc.js';
import { byteLevel, sentencePiece, VOCABULARIES } from './vocabularies.js';

/** Greedy on logits that `logitsAt` makes up. */
function generate(
  tokenizer: Tokenizer,
  constraint: Constraint,
  budget: number,
  logitsAt: (step: number) => Float32Array,
): { text: string; ids: number[] } {
  const ids: number[] = [];
  let state = constraint.start(budget);
  while (!state.finished && ids.length < budget) {
    const scores = logitsAt(ids.length);
    state.mask(scores, budget - ids.length);
    // What may go on, but not within what is left, as "0" with one token left, can only end.
    if (state.complete && scores.every((score) => score === Number.NEGATIVE_INFINITY)) break;
    const { id } = nextToken(scores);
    // Ends where it may, half of the times.
    if (state.complete && id % 2 === 0) break;
    ids.push(id);
    state = state.after(id);
  }
  expect(state.complete).toBe(true);
  return { text: tokenizer.decode(ids), ids };
}

/** Logits as wild as they come, the same for the same seed. */
function wild(seed: number, size: number): (step: number) => Float32Array {
  const random = seededRandom(seed);
  return () => Float32Array.from({ length: size }, () => random() * 200 - 100);
}

const name = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 5 });
const scalar = fc.oneof(
  fc.string({ maxLength: 4 }),
  fc.integer({ min: -200, max: 200 }),
  fc.boolean(),
  fc.constant(null),
);
const { schema } = fc.letrec<{ schema: AnswerSchema; leaf: AnswerSchema }>((tie) => ({
  leaf: fc.oneof(
    fc.record({ type: fc.constant('string' as const), maxLength: fc.nat({ max: 12 }) }),
    fc.record({
      type: fc.constantFrom('number' as const, 'integer' as const, 'boolean' as const, 'null' as const),
    }),
    fc.record({ enum: fc.uniqueArray(scalar, { minLength: 1, maxLength: 4 }) }),
  ),
  schema: fc.oneof(
    { maxDepth: 2, withCrossShrink: true },
    tie('leaf'),
    fc.record({
      type: fc.constant('object' as const),
      properties: fc
        .uniqueArray(fc.tuple(name, tie('schema')), { maxLength: 3, selector: ([key]) => key })
        .map((entries) => Object.fromEntries(entries) as Record<string, AnswerSchema>),
    }),
    fc.record({ type: fc.constant('array' as const), items: tie('schema'), maxItems: fc.nat({ max: 3 }) }),
  ),
}));

/** Whether `value` is what `wanted` says, by another reader of JSON Schema than ours; that one does not check the order. */
function satisfies(value: unknown, wanted: AnswerSchema): void {
  const strict = JSON.parse(
    JSON.stringify(wanted, (_, inner) =>
      inner?.type === 'object' && inner.properties && !Array.isArray(inner)
        ? { ...inner, required: Object.keys(inner.properties), additionalProperties: false }
        : inner,
    ),
  );
  const read = z.fromJSONSchema(strict).safeParse(value);
  expect(read.error?.issues ?? []).toEqual([]);
}

describe.each(VOCABULARIES)('an answer in JSON by %s', (_, tokenizer, size) => {
  it('parses, satisfies its schema and ends within its budget, whatever the logits', () => {
    fc.assert(
      fc.property(schema, fc.integer({ min: 0, max: 2 ** 31 }), fc.nat({ max: 60 }), (wanted, seed, more) => {
        const constraint = tokenizer.forms.jsonSchema(wanted);
        const budget = least(constraint) + more;
        const { text } = generate(tokenizer, constraint, budget, wild(seed, size));
        satisfies(JSON.parse(text), wanted);
      }),
      { numRuns: 150 },
    );
  });

  it('is what the model wants to say where that fits', () => {
    const wanted: AnswerSchema = {
      type: 'object',
      properties: { observe: { type: 'string' }, score: { type: 'array', items: { type: 'integer' } } },
    };
    const answer = '{"observe": "the \\"goal\\" 进球 ⚽", "score": [2, 1]}';
    const ids = tokenizer.encode(answer);
    const logitsAt = (step: number) =>
      Float32Array.from({ length: size }, (_, id) => (id === ids[step] ? 10 : id === 1 ? 20 : 0));
    expect(generate(tokenizer, tokenizer.forms.jsonSchema(wanted), 200, logitsAt).text).toBe(answer);
  });

  it('has strings of at most maxLength characters, however many bytes and escapes they take', () => {
    const constraint = tokenizer.forms.jsonSchema({ type: 'string', maxLength: 2 });
    for (const [text, fits] of [
      ['"⚽é"', true],
      ['"\\u00e9\\n"', true],
      ['"⚽éa"', false],
      ['"\\ud83d"', false],
      ['"\n"', false],
    ] as const) {
      const spelled = [...Buffer.from(text)].map((byte) => single(tokenizer, byte));
      expect(accepts(constraint, spelled, size)).toBe(fits);
    }
  });

  it('is one of the choices, by any tokens that spell it', () => {
    const texts = ['goal', 'goal kick', '进球'];
    const constraint = tokenizer.forms.choices(texts);
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 2 ** 31 }), (seed) => {
        const { text } = generate(tokenizer, constraint, 20, wild(seed, size));
        expect(texts).toContain(text);
      }),
      { numRuns: 60 },
    );
    for (const text of texts) {
      const bytes = [...Buffer.from(text)].map((byte) => single(tokenizer, byte));
      expect(accepts(constraint, bytes, size)).toBe(true);
      expect(accepts(constraint, tokenizer.encode(text), size)).toBe(true);
    }
  });
});

/** The token of one byte alone. */
function single(tokenizer: Tokenizer, byte: number): number {
  if (tokenizer === sentencePiece) return 3 + byte;
  const id = tokenizer.encode(String.fromCharCode(byte)).at(0);
  if (byte < 0x80 && id !== undefined) return id;
  // GPT-2's alphabet: bytes from 0xAE on stand for themselves, those from 0x7F on and 0xAD for what follows 33 others.
  const own = (byte >= 0xa1 && byte <= 0xac) || byte >= 0xae;
  const character = own ? byte : byte === 0xad ? 0x143 : 0x100 + 33 + (byte - 0x7f);
  return tokenizer.id(String.fromCodePoint(character))!;
}

function accepts(constraint: Constraint, ids: readonly number[], size: number): boolean {
  let state = constraint.start(1_000);
  for (const id of ids) {
    const scores = new Float32Array(size);
    state.mask(scores, 1_000);
    if (scores[id] !== 0) return false;
    state = state.after(id);
  }
  return state.complete;
}

/** The smallest budget that is not refused. */
function least(constraint: Constraint): number {
  for (let budget = 0; ; budget++) {
    try {
      constraint.start(budget);
      return budget;
    } catch (error) {
      expect(error).toMatchObject({ code: 'CONFIG_INVALID' });
    }
  }
}

describe('forms', () => {
  it('refuse a budget that cannot hold them', () => {
    expect(() => byteLevel.forms.choices(['goal kick']).start(1)).toThrow(/raise decoding\.maxTokens/);
  });

  it.each([
    [{ type: 'string', pattern: 'a*' }, /#: an answer cannot be held to "pattern" of string/],
    [{ type: 'object', properties: { a: { type: 'date' } } }, /#\/a: "date" is no type/],
    [{ type: 'array', items: { type: 'null' }, maxItems: 1_000 }, /64 at most; received 0 to 1000/],
    [{ type: 'string', maxLength: -1 }, /maxLength is a whole number from 0; received -1/],
    [{ enum: [] }, /enum needs a value/],
  ])('refuse %j', (wanted, message) => {
    expect(() => byteLevel.forms.jsonSchema(wanted as never)).toThrow(message);
  });

  it('hold to a choice of many thousand characters', () => {
    const text = '⚽'.repeat(6_000);
    const constraint = byteLevel.forms.choices([text]);
    expect(() => constraint.start(1)).toThrow(/takes \d+ tokens at least/);
    expect(constraint.start(18_000).least).toBe(byteLevel.encode(text).length);
  });

  it('refuse a choice of a hundred thousand, and say how much is too much', () => {
    const refusal = () => byteLevel.forms.choices(['goal', 'a'.repeat(100_000)]);
    expect(refusal).toThrow(TypeError);
    expect(refusal).toThrow(/more than 20000 states/);
  });

  it('refuse choices of nothing', () => {
    expect(() => byteLevel.forms.choices([])).toThrow(TypeError);
    expect(() => byteLevel.forms.choices(['a', ''])).toThrow(TypeError);
  });
});
