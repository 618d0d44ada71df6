import { z } from 'zod';
import { BoothError } from '../../errors.js';

/** What each token adds to the text, in bytes. */
export interface Vocabulary {
  /** By id; `undefined` for special tokens and for ids without a token. */
  readonly bytes: readonly (Uint8Array | undefined)[];
  /** Whether a space that the text begins with is dropped, as SentencePiece does. */
  readonly dropsFirstSpace: boolean;
}

/** The part of the hub's tokenizer that knows how tokens are spelled. */
interface Tokens {
  get_vocab(withAdded: boolean): ReadonlyMap<string, number>;
  id_to_token(id: number): string | undefined;
}

interface Decoder {
  readonly type: string;
  readonly decoders?: readonly Decoder[] | undefined;
}

const decoderSchema: z.ZodType<Decoder> = z.looseObject({
  type: z.string(),
  get decoders() {
    return z.array(decoderSchema).optional();
  },
});
const definitionSchema = z.looseObject({
  decoder: decoderSchema,
  added_tokens: z
    .array(z.looseObject({ id: z.number().int().min(0), content: z.string(), special: z.boolean() }))
    .default([]),
});

/**
 * Reads the bytes of every token by tokenizer.json's `definition`. Knows byte-level BPE (GPT-2, Qwen, Llama 3)
 * and SentencePiece's spelling with ▁ and `<0x0A>` (Llama 2, LLaVA 1.5). Raises MODEL_INVALID for any other.
 */
export function readVocabulary(path: string, definition: object, tokens: Tokens): Vocabulary {
  const parsed = definitionSchema.safeParse(definition);
  const decoders = parsed.success ? flat(parsed.data.decoder).map(({ type }) => type) : [];
  const spell = spelling(decoders);
  if (!parsed.success || spell === undefined)
    throw new BoothError(
      'MODEL_INVALID',
      `${path} decodes by ${decoders.join(', ') || 'nothing known'}: answers can be held to a form with tokenizers that decode by ByteLevel, Metaspace or ByteFallback only.`,
    );
  const size = [...tokens.get_vocab(true).values()].reduce((most, id) => Math.max(most, id), -1) + 1;
  const bytes = Array.from({ length: size }, (_, id) => {
    const token = tokens.id_to_token(id);
    return token === undefined ? undefined : spell(token);
  });
  for (const { id, content, special } of parsed.data.added_tokens)
    bytes[id] = special ? undefined : Buffer.from(content);
  return { bytes, dropsFirstSpace: decoders.includes('Strip') || decoders.includes('Metaspace') };
}

function flat(decoder: Decoder): Decoder[] {
  return [decoder, ...(decoder.decoders ?? []).flatMap(flat)];
}

type Spelling = (token: string) => Uint8Array | undefined;

function spelling(decoders: readonly string[]): Spelling | undefined {
  if (decoders.includes('ByteLevel')) return byteLevel;
  if (decoders.includes('ByteFallback') || decoders.includes('Metaspace')) return metaspace;
  return undefined;
}

const BYTE_OF = byteOfCharacter();

function byteLevel(token: string): Uint8Array | undefined {
  const bytes = Array.from(token, (character) => BYTE_OF.get(character));
  return bytes.some((byte) => byte === undefined) ? undefined : Uint8Array.from(bytes as number[]);
}

/** GPT-2's alphabet (`bytes_to_unicode`): printable bytes stand for themselves, the others for the characters from U+0100 on. */
function byteOfCharacter(): Map<string, number> {
  const printable = (byte: number) =>
    (byte >= 33 && byte <= 126) || (byte >= 161 && byte <= 172) || (byte >= 174 && byte <= 255);
  let next = 256;
  const pairs = Array.from({ length: 256 }, (_, byte) => {
    return [String.fromCodePoint(printable(byte) ? byte : next++), byte] as const;
  });
  return new Map(pairs);
}

const BYTE_TOKEN = /^<0x([0-9A-Fa-f]{2})>$/;

function metaspace(token: string): Uint8Array {
  const byte = BYTE_TOKEN.exec(token)?.[1];
  if (byte !== undefined) return Uint8Array.of(Number.parseInt(byte, 16));
  return Buffer.from(token.replaceAll('▁', ' '));
}
