import { BoothError } from '../../errors.js';
import { type Automaton, QUOTE } from './automaton.js';
import type { Constraint, ConstraintState } from './constraint.js';
import type { TokenTrie } from './token-trie.js';
import type { Vocabulary } from './vocabulary.js';

const NEVER = 2 ** 31 - 1;

/** Tokens that may follow a node, side by side. */
interface Followers {
  readonly ids: Int32Array;
  /** The node after each. */
  readonly nodes: Int32Array;
  /** Characters that each adds to the string that the node is in. */
  readonly characters: Int32Array;
}

/**
 * Holds answers to an automaton: any sequence of tokens that spells a text of it is allowed. What may follow a node is found once, by a walk
 * over the tokens' tree, and kept: memory is bounded by the automaton's nodes, of which few allow more than a handful of tokens.
 */
export class Form implements Constraint {
  readonly automaton: Automaton;
  readonly #vocabulary: Vocabulary;
  readonly #trie: TokenTrie;
  readonly #followers = new Map<number, Followers>();
  /** By node: tokens that bring a text to an end, those of its shortest ending, each the longest that fits; `NEVER` without one. */
  readonly closing: Int32Array;

  constructor(automaton: Automaton, vocabulary: Vocabulary, trie: TokenTrie) {
    this.automaton = automaton;
    this.#vocabulary = vocabulary;
    this.#trie = trie;
    this.closing = new Int32Array(automaton.size);
    this.#close();
  }

  start(budget: number): ConstraintState {
    const { start } = this.automaton;
    const least = this.closing[start] as number;
    if (least === NEVER)
      throw new BoothError(
        'MODEL_INVALID',
        'The model has no tokens that spell the form its answer must have: its tokenizer.json lacks single characters; use another model.',
      );
    if (least > budget)
      throw new BoothError(
        'CONFIG_INVALID',
        `The answer's form takes ${least} tokens at least, but ${budget} are allowed: raise decoding.maxTokens.`,
      );
    return new FormState(this, start, 0);
  }

  /** Nodes nearer to an end come first: what a node's shortest ending leads to is closed before it, however long the text. */
  #close(): void {
    const { accepts, distance, size } = this.automaton;
    const nearestFirst = new Int32Array(size).map((_, node) => node);
    nearestFirst.sort((a, b) => (distance[a] as number) - (distance[b] as number));
    for (const node of nearestFirst) {
      const complete = accepts[node] === 1;
      const after = complete ? undefined : this.#longestStep(node);
      const rest = after === undefined ? NEVER : (this.closing[after] as number);
      this.closing[node] = complete ? 0 : rest === NEVER ? NEVER : rest + 1;
    }
  }

  /** The node after the longest token that `node`'s shortest ending begins with. */
  #longestStep(node: number): number | undefined {
    const { shortest, next } = this.automaton;
    const { byte, end, token, size } = this.#trie;
    let longest: number | undefined;
    let at = 0;
    let last = size;
    while (at < last) {
      if (byte[at] !== shortest[node]) {
        at = end[at] as number;
        continue;
      }
      node = next[node * 256 + (byte[at] as number)] as number;
      if (token[at] !== -1) longest = node;
      last = end[at] as number;
      at++;
    }
    return longest;
  }

  /** The tokens that may follow `node`, whatever room its string has. */
  followers(node: number): Followers {
    const known = this.#followers.get(node);
    if (known !== undefined) return known;
    const found = this.#walk(node);
    this.#followers.set(node, found);
    return found;
  }

  #walk(from: number): Followers {
    const { next, countsCharacters, limit } = this.automaton;
    const { byte, depth, end, token, twin, size, deepest } = this.#trie;
    const room = this.#trie.twin.length;
    const [ids, nodes, characters] = [new Int32Array(room), new Int32Array(room), new Int32Array(room)];
    let count = 0;
    /** By depth: the node, the characters of its string since it began (or since `from`), and those of the string of `from`. */
    const nodeAt = new Int32Array(deepest + 1);
    const usedAt = new Int32Array(deepest + 1);
    const firstAt = new Int32Array(deepest + 1);
    /** By depth: 1 while still in the string of `from`. */
    const within = new Uint8Array(deepest + 1);
    nodeAt[0] = from;
    within[0] = 1;
    for (let at = 0; at < size; ) {
      const level = depth[at] as number;
      const node = nodeAt[level] as number;
      const to = next[node * 256 + (byte[at] as number)] as number;
      let used = usedAt[level] as number;
      let stays = within[level] as number;
      if (countsCharacters[node] === 1) {
        if (byte[at] === QUOTE) {
          used = 0;
          stays = 0;
        } else used++;
      }
      if (to === -1 || (used > (limit[node] as number) && limit[node] !== -1)) {
        at = end[at] as number;
        continue;
      }
      nodeAt[level + 1] = to;
      usedAt[level + 1] = used;
      within[level + 1] = stays;
      firstAt[level + 1] = stays === 1 ? used : (firstAt[level] as number);
      for (let id = token[at] as number; id !== -1; id = twin[id] as number) {
        ids[count] = id;
        nodes[count] = to;
        characters[count++] = firstAt[level + 1] as number;
      }
      at++;
    }
    return {
      ids: ids.slice(0, count),
      nodes: nodes.slice(0, count),
      characters: characters.slice(0, count),
    };
  }

  bytesOf(id: number): Uint8Array {
    return this.#vocabulary.bytes[id] ?? new Uint8Array(0);
  }
}

class FormState implements ConstraintState {
  readonly #form: Form;
  readonly #node: number;
  /** Characters of the string that the node is in; 0 outside strings. */
  readonly #used: number;

  constructor(form: Form, node: number, used: number) {
    this.#form = form;
    this.#node = node;
    this.#used = used;
  }

  get complete(): boolean {
    return this.#form.automaton.accepts[this.#node] === 1;
  }

  get finished(): boolean {
    return this.complete && this.#form.followers(this.#node).ids.length === 0;
  }

  get least(): number {
    return this.#form.closing[this.#node] as number;
  }

  mask(scores: Float32Array, left: number): void {
    const { ids, nodes, characters } = this.#form.followers(this.#node);
    const limit = this.#form.automaton.limit[this.#node] as number;
    const room = limit === -1 ? Number.POSITIVE_INFINITY : limit - this.#used;
    const { closing } = this.#form;
    const before = scores.slice();
    scores.fill(Number.NEGATIVE_INFINITY);
    for (let at = 0; at < ids.length; at++) {
      const id = ids[at] as number;
      if (id >= scores.length || (characters[at] as number) > room) continue;
      if ((closing[nodes[at] as number] as number) < left) scores[id] = before[id] as number;
    }
  }

  after(id: number): ConstraintState {
    const { next, countsCharacters } = this.#form.automaton;
    let node = this.#node;
    let used = this.#used;
    for (const byte of this.#form.bytesOf(id)) {
      if (countsCharacters[node] === 1) used = byte === QUOTE ? 0 : used + 1;
      node = next[node * 256 + byte] as number;
      if (node === -1) throw new TypeError(`token ${id} does not fit the form of the answer`);
    }
    return new FormState(this.#form, node, used);
  }
}
