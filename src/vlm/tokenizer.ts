import { Tokenizer as HubTokenizer } from '@huggingface/tokenizers';
import { BoothError, messageOf } from '../errors.js';
import { Forms } from './decoding/forms.js';
import { readVocabulary } from './decoding/vocabulary.js';
import { checkIds, withoutHoles } from './vocabulary-check.js';

export interface Tokenizer {
  /** Text with the markup of the prompt: `<|im_end|>` and the like become their one token. */
  encode(markup: string): number[];
  /** A whole prompt: as `encode`, after what the tokenizer itself begins with (`<s>`), unless the prompt begins with that already. */
  encodePrompt(markup: string): number[];
  /** Takes every special token's spelling, and `others`, out of a text, so that what was said or heard cannot speak as the prompt. */
  plain(text: string, others?: readonly string[]): string;
  /** The text of tokens; special ones are left out, and so is a character that is not complete yet. */
  decode(ids: readonly number[]): string;
  /** The id of a token by its exact spelling. */
  id(token: string): number | undefined;
  /** Answers that must have a form. */
  readonly forms: Forms;
}

const REPLACEMENT = '\uFFFD';

/** From the hub's tokenizer.json and tokenizer_config.json. Raises MODEL_INVALID. */
export function makeTokenizer(path: string, definition: object, config: object): Tokenizer {
  checkIds(path, definition);
  const using = <T>(act: () => T): T => named(path, act);
  const hub = using(() => {
    const made = new HubTokenizer(definition, config);
    made.encode('Well, 1 - 0.'); // what is wrong with some settings shows at the first text alone
    return made;
  });
  const encode = (markup: string, settings: { add_special_tokens: boolean }) =>
    withoutHoles(
      path,
      markup,
      using(() => hub.encode(markup, settings).ids),
    );
  const specials = [...hub.get_added_tokens_decoder().values()]
    .map(({ content }) => content)
    .filter((content) => content !== '');
  const begin = beginOfText(config);
  return {
    encodePrompt: (markup) =>
      encode(markup, { add_special_tokens: begin === null || !markup.startsWith(begin) }),
    encode: (markup) => encode(markup, { add_special_tokens: false }),
    plain: (text, others = []) => without(text, [...specials, ...others]),
    // A byte-level token may hold half a character, which decodes to U+FFFD until the rest has come.
    decode: (ids) => {
      // Vocabularies have holes, and models score more ids than their tokenizers have tokens.
      const known = ids.filter((id) => hub.id_to_token(id) !== undefined);
      if (known.length === 0) return '';
      return using(() =>
        hub.decode(known, { skip_special_tokens: true, clean_up_tokenization_spaces: false }),
      ).replaceAll(REPLACEMENT, '');
    },
    id: (token) => hub.token_to_id(token),
    forms: new Forms(() => readVocabulary(path, definition, hub)),
  };
}

/** `bos_token` of tokenizer_config.json, by its spelling. */
function beginOfText(config: object): string | null {
  const token: unknown = 'bos_token' in config ? config.bos_token : null;
  if (typeof token === 'string') return token;
  const content = typeof token === 'object' && token !== null && 'content' in token ? token.content : null;
  return typeof content === 'string' ? content : null;
}

/** What `act` gives; what the library throws is the file's fault: MODEL_INVALID. */
function named<T>(path: string, act: () => T): T {
  try {
    return act();
  } catch (cause) {
    throw new BoothError(
      'MODEL_INVALID',
      `${path} is no tokenizer that can be used (${messageOf(cause)}): get the file again.`,
      { cause },
    );
  }
}

/** Repeated until nothing is left, because taking one out may join the halves of another. */
function without(text: string, parts: readonly string[]): string {
  const cleaned = parts.reduce((rest, part) => rest.replaceAll(part, ''), text);
  return cleaned === text ? text : without(cleaned, parts);
}
