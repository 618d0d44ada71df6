import { type AutomatonBuilder, QUOTE } from './automaton.js';

const BACKSLASH = 0x5c;
const CONTINUATION = range(0x80, 0xbf);
const HEX = Buffer.from('0123456789abcdefABCDEF');

/**
 * Adds a JSON string of at most `limit` characters (code points), and gives the node before its quotation mark. Its bytes are well-formed UTF-8
 * (Unicode, table 3-7: nothing overlong, no surrogates); escapes are those of RFC 8259 but for surrogates, which models write as themselves.
 */
export function addString(builder: AutomatonBuilder, limit: number, then: number): number {
  const body = builder.node();
  const after = (bytes: Iterable<number>, to: number): number => {
    const id = builder.node();
    builder.link(id, bytes, to);
    return id;
  };
  const one = after(CONTINUATION, body);
  const two = after(CONTINUATION, one);
  const three = after(CONTINUATION, two);
  const rest: readonly (readonly [Iterable<number>, number])[] = [
    [range(0xc2, 0xdf), one],
    [[0xe0], after(range(0xa0, 0xbf), one)],
    [[...range(0xe1, 0xec), 0xee, 0xef], two],
    [[0xed], after(range(0x80, 0x9f), one)],
    [[0xf0], after(range(0x90, 0xbf), two)],
    [range(0xf1, 0xf3), three],
    [[0xf4], after(range(0x80, 0x8f), two)],
  ];
  const ascii = range(0x20, 0x7f).filter((byte) => byte !== QUOTE && byte !== BACKSLASH);
  const inside = [one, two, three, ...rest.map(([, node]) => node)];
  builder.link(body, ascii, body);
  for (const [lead, node] of rest) builder.link(body, lead, node);
  inside.push(...addEscapes(builder, body, after));
  builder.link(body, [QUOTE], then);
  builder.string(body, inside, limit);
  return builder.literal(Uint8Array.of(QUOTE), body);
}

function addEscapes(
  builder: AutomatonBuilder,
  body: number,
  after: (bytes: Iterable<number>, to: number) => number,
): number[] {
  const hex1 = after(HEX, body);
  const hex2 = after(HEX, hex1);
  const hex3 = after(HEX, hex2);
  /** `\ud`: from D800 on are surrogates. */
  const noSurrogate = after(Buffer.from('01234567'), hex2);
  const unicode = after(Buffer.from('0123456789abcefABCEF'), hex3);
  builder.link(unicode, Buffer.from('dD'), noSurrogate);
  const escaped = after(Buffer.from('"\\/bfnrt'), body);
  builder.link(escaped, Buffer.from('u'), unicode);
  builder.link(body, [BACKSLASH], escaped);
  return [hex1, hex2, hex3, noSurrogate, unicode, escaped];
}

/** Whole numbers from `first` to `last`. */
function range(first: number, last: number): number[] {
  return Array.from({ length: last - first + 1 }, (_, offset) => first + offset);
}
