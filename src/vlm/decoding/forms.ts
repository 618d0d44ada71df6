import { AutomatonBuilder } from './automaton.js';
import type { Constraint } from './constraint.js';
import { Form } from './form.js';
import { type AnswerSchema, jsonAutomaton } from './json-schema.js';
import { makeTrie, type TokenTrie } from './token-trie.js';
import type { Vocabulary } from './vocabulary.js';

/** Each holds some megabytes of what may follow its states. */
const MOST_KEPT = 8;

/** Makes the forms that one model's answers can be held to; its tokens are put in order once, at the first. */
export class Forms {
  readonly #read: () => Vocabulary;
  /** The newest forms made, oldest first, by what they were made of: looks ask for the same again and again. */
  readonly #made = new Map<string, Constraint>();
  #tokens: { readonly vocabulary: Vocabulary; readonly trie: TokenTrie } | undefined;

  constructor(read: () => Vocabulary) {
    this.#read = read;
  }

  /** One of `texts`, to the letter. Raises MODEL_INVALID for a tokenizer that it does not know. */
  choices(texts: readonly string[]): Constraint {
    return this.#keep(`choices ${JSON.stringify(texts)}`, () => this.#choices(texts));
  }

  /** JSON by `schema`. Raises TypeError for a schema beyond `AnswerSchema`, MODEL_INVALID for a tokenizer that it does not know. */
  jsonSchema(schema: AnswerSchema): Constraint {
    return this.#keep(`schema ${JSON.stringify(schema)}`, () => {
      const { vocabulary, trie } = this.#prepared();
      return new Form(jsonAutomaton(schema), vocabulary, trie);
    });
  }

  #keep(key: string, make: () => Constraint): Constraint {
    const form = this.#made.get(key) ?? make();
    this.#made.delete(key);
    this.#made.set(key, form);
    const [oldest] = this.#made.keys();
    if (this.#made.size > MOST_KEPT && oldest !== undefined) this.#made.delete(oldest);
    return form;
  }

  #choices(texts: readonly string[]): Constraint {
    if (texts.length === 0 || texts.includes(''))
      throw new TypeError(`choices are texts of one character at least; received ${JSON.stringify(texts)}`);
    const builder = new AutomatonBuilder();
    const first = builder.oneOf(
      texts.map((text) => Buffer.from(text)),
      builder.end(),
    );
    const start = builder.node(first);
    const { vocabulary, trie } = this.#prepared();
    if (vocabulary.dropsFirstSpace) builder.link(start, Buffer.from(' '), first);
    return new Form(builder.build(start), vocabulary, trie);
  }

  #prepared() {
    if (this.#tokens === undefined) {
      const vocabulary = this.#read();
      this.#tokens = { vocabulary, trie: makeTrie(vocabulary) };
    }
    return this.#tokens;
  }
}
