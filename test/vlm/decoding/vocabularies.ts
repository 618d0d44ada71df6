import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeTokenizer, type Tokenizer } from '../../../src/vlm/tokenizer.js';
import { TINY } from '../tiny.js';

const read = (file: string): object => JSON.parse(readFileSync(join(TINY, file), 'utf8'));

/** The tiny Qwen's: byte-level BPE. */
export const byteLevel: Tokenizer = makeTokenizer(
  'tokenizer.json',
  read('tokenizer.json'),
  read('tokenizer_config.json'),
);

const PIECES = [
  '▁',
  '▁{',
  '{"',
  '": "',
  '",',
  '▁the',
  'the',
  'ob',
  'serve',
  '▁goal',
  '进球',
  '1',
  '12',
  'true',
  '"',
  '}',
];
const ASCII = Array.from({ length: 95 }, (_, at) => String.fromCharCode(32 + at)).filter((c) => c !== ' ');

/** SentencePiece's spelling with byte fallback, as Llama 2 and LLaVA 1.5 have it; its ids have a hole. */
export const sentencePiece: Tokenizer = makeTokenizer(
  'llava/tokenizer.json',
  {
    version: '1.0',
    added_tokens: ['<unk>', '<s>', '</s>'].map((content, id) => ({
      id,
      content,
      special: true,
      single_word: false,
      lstrip: false,
      rstrip: false,
      normalized: false,
    })),
    normalizer: {
      type: 'Sequence',
      normalizers: [
        { type: 'Prepend', prepend: '▁' },
        { type: 'Replace', pattern: { String: ' ' }, content: '▁' },
      ],
    },
    pre_tokenizer: null,
    post_processor: null,
    decoder: {
      type: 'Sequence',
      decoders: [
        { type: 'Replace', pattern: { String: '▁' }, content: ' ' },
        { type: 'ByteFallback' },
        { type: 'Fuse' },
        { type: 'Strip', content: ' ', start: 1, stop: 0 },
      ],
    },
    model: {
      type: 'BPE',
      dropout: null,
      unk_token: '<unk>',
      continuing_subword_prefix: null,
      end_of_word_suffix: null,
      fuse_unk: true,
      byte_fallback: true,
      vocab: Object.fromEntries([
        ...['<unk>', '<s>', '</s>'].map((token, id) => [token, id]),
        ...Array.from({ length: 256 }, (_, byte) => [
          `<0x${byte.toString(16).toUpperCase().padStart(2, '0')}>`,
          3 + byte,
        ]),
        // 259 is nobody's.
        ...[...new Set([...PIECES, ...ASCII])].map((token, at) => [token, 260 + at]),
      ]),
      merges: [],
    },
  },
  { tokenizer_class: 'LlamaTokenizer', unk_token: '<unk>' },
);

export const VOCABULARIES: readonly (readonly [string, Tokenizer, number])[] = [
  ['byte-level BPE', byteLevel, 400],
  ['SentencePiece with byte fallback', sentencePiece, 400],
];
