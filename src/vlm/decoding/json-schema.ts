import { type Automaton, AutomatonBuilder } from './automaton.js';
import { addString } from './json-string.js';

/**
 * The part of JSON Schema that an answer can be held to. Objects have all of their `properties`, in the order given, and no other; numbers are
 * plain decimals; strings have any characters, up to `maxLength` of them.
 */
export type AnswerSchema = (
  | { readonly type: 'object'; readonly properties: Readonly<Record<string, AnswerSchema>> }
  | {
      readonly type: 'array';
      readonly items: AnswerSchema;
      readonly minItems?: number;
      readonly maxItems?: number;
    }
  | { readonly type: 'string' | readonly ['string', 'null']; readonly maxLength?: number }
  | { readonly type: 'number' | 'integer' | 'boolean' | 'null' }
  | { readonly enum: readonly (string | number | boolean | null)[] }
) &
  Notes;

/** What a schema may say besides, and which changes nothing here. */
interface Notes {
  readonly title?: string;
  readonly description?: string;
  readonly required?: readonly string[];
  readonly additionalProperties?: boolean;
}

const NOTES = ['title', 'description'];
const KEYWORDS: Readonly<Record<string, readonly string[]>> = {
  object: ['type', 'properties', 'required', 'additionalProperties'],
  array: ['type', 'items', 'minItems', 'maxItems'],
  string: ['type', 'maxLength'],
  number: ['type'],
  integer: ['type'],
  boolean: ['type'],
  null: ['type'],
  enum: ['enum'],
};

/** Longest array with bounds: every place of it has states of its own. */
const MOST_ITEMS = 64;
/** Digits before and after the point: what a double holds exactly, and what no reader needs more of. */
const DIGITS = 15;
const DECIMALS = 6;

/** Characters of a string: more than any context holds. */
const UNLIMITED = 2 ** 31 - 1;

const utf8 = (text: string): Uint8Array => Buffer.from(text);

/**
 * The JSON texts that satisfy `schema`, without white space but for one space after `:` and `,`, and one before all. Raises TypeError, naming
 * what it does not know.
 */
export function jsonAutomaton(schema: AnswerSchema): Automaton {
  const builder = new AutomatonBuilder();
  const value = addValue(builder, schema, builder.end(), '#');
  const start = builder.node(value);
  builder.link(start, utf8(' '), value);
  return builder.build(start);
}

/** Adds the nodes of a value that is followed by `then`, and gives the first. */
function addValue(builder: AutomatonBuilder, schema: AnswerSchema, then: number, path: string): number {
  check(schema, path);
  if ('enum' in schema)
    return builder.oneOf(
      schema.enum.map((value) => utf8(JSON.stringify(value))),
      then,
    );
  // A type with null.
  if (typeof schema.type !== 'string')
    return builder.node(
      addValue(builder, { ...schema, type: 'string' }, then, path),
      builder.literal(utf8('null'), then),
    );
  switch (schema.type) {
    case 'object':
      return addObject(builder, schema.properties, then, path);
    case 'array':
      return addArray(builder, schema, then, path);
    case 'string':
      return addString(builder, schema.maxLength ?? UNLIMITED, then);
    case 'number':
      return addNumber(builder, DECIMALS, then);
    case 'integer':
      return addNumber(builder, 0, then);
    case 'boolean':
      return builder.oneOf([utf8('true'), utf8('false')], then);
    case 'null':
      return builder.literal(utf8('null'), then);
  }
}

function addObject(
  builder: AutomatonBuilder,
  properties: Readonly<Record<string, AnswerSchema>>,
  then: number,
  path: string,
): number {
  const entries = Object.entries(properties);
  const members = entries.reduceRight(
    (after, [name, value], at) => {
      const valueNode = spaced(builder, addValue(builder, value, after, `${path}/${name}`));
      const key = builder.literal(utf8(`${JSON.stringify(name)}:`), valueNode);
      return at === 0 ? key : builder.literal(utf8(','), spaced(builder, key));
    },
    builder.literal(utf8('}'), then),
  );
  return builder.literal(utf8('{'), members);
}

function addArray(
  builder: AutomatonBuilder,
  { items, minItems = 0, maxItems }: Extract<AnswerSchema, { type: 'array' }>,
  then: number,
  path: string,
): number {
  const last = maxItems ?? Math.max(1, minItems);
  if (last > MOST_ITEMS || minItems > last)
    throw new TypeError(
      `${path}: an array has minItems to maxItems items, ${MOST_ITEMS} at most; received ${minItems} to ${maxItems}`,
    );
  const close = builder.literal(utf8(']'), then);
  const closing = (count: number) => (count >= minItems ? [close] : []);
  const item = (after: number) => addValue(builder, items, after, `${path}/items`);
  /** What comes after item `count`. */
  let after = builder.node(...closing(last));
  if (maxItems === undefined) builder.link(after, utf8(','), spaced(builder, item(after)));
  for (let count = last - 1; count >= 1; count--) {
    const before = builder.node(...closing(count));
    builder.link(before, utf8(','), spaced(builder, item(after)));
    after = before;
  }
  const first = builder.node(...closing(0), ...(last > 0 ? [item(after)] : []));
  return builder.literal(utf8('['), first);
}

/** `-?(0|[1-9][0-9]*)(\.[0-9]+)?`, within `DIGITS` and `decimals`. */
function addNumber(builder: AutomatonBuilder, decimals: number, then: number): number {
  const point = decimals === 0 ? [] : [builder.literal(utf8('.'), addDigits(builder, decimals, [then]))];
  const ending = [then, ...point];
  const unsigned = builder.node();
  builder.link(unsigned, utf8('0'), builder.node(...ending));
  const more = addDigits(builder, DIGITS - 1, ending);
  builder.link(unsigned, utf8('123456789'), builder.node(...ending, more));
  const start = builder.node(unsigned);
  builder.link(start, utf8('-'), unsigned);
  return start;
}

/** One to `count` digits, then any of `ending`. */
function addDigits(builder: AutomatonBuilder, count: number, ending: readonly number[]): number {
  let first = builder.node();
  builder.link(first, utf8('0123456789'), builder.node(...ending));
  for (let more = 1; more < count; more++) {
    const before = builder.node();
    builder.link(before, utf8('0123456789'), builder.node(...ending, first));
    first = before;
  }
  return first;
}

/** `to`, or a space and `to`. */
function spaced(builder: AutomatonBuilder, to: number): number {
  const id = builder.node(to);
  builder.link(id, utf8(' '), to);
  return id;
}

function check(schema: AnswerSchema, path: string): void {
  const kind =
    'enum' in schema ? 'enum' : typeof schema.type === 'string' ? schema.type : kindOrNull(schema.type);
  const known = KEYWORDS[kind];
  if (known === undefined)
    throw new TypeError(
      `${path}: "${kind}" is no type that an answer can be held to; known: ${Object.keys(KEYWORDS).join(', ')}`,
    );
  const odd = Object.keys(schema).find((keyword) => !known.includes(keyword) && !NOTES.includes(keyword));
  if (odd !== undefined)
    throw new TypeError(
      `${path}: an answer cannot be held to "${odd}" of ${kind}; known: ${known.join(', ')}`,
    );
  if ('enum' in schema && schema.enum.length === 0) throw new TypeError(`${path}: enum needs a value`);
  const { maxLength } = { maxLength: 0, ...schema };
  if (!Number.isInteger(maxLength) || maxLength < 0 || maxLength > UNLIMITED)
    throw new TypeError(`${path}: maxLength is a whole number from 0; received ${maxLength}`);
}

/** `string` of a string or null; else what it is, which nobody knows. */
function kindOrNull(types: readonly string[]): string {
  return types.join() === 'string,null' ? 'string' : types.join();
}
