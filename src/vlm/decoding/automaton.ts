/**
 * A form of texts as a deterministic automaton over bytes. Strings have a limit of characters, which is counted beside the nodes: as nodes
 * of their own they would be thousands.
 */
export interface Automaton {
  readonly start: number;
  readonly size: number;
  /** [node · 256 + byte] → node, or -1. */
  readonly next: Int32Array;
  /** 1 where the text may end. */
  readonly accepts: Uint8Array;
  /** 1 where the next byte begins a character of a string or is the quotation mark that ends it. */
  readonly countsCharacters: Uint8Array;
  /** Most characters of the string that a node is in; -1 outside strings. */
  readonly limit: Int32Array;
  /** Fewest bytes from a node to an end, and the first of them; -1 at an end. */
  readonly distance: Int32Array;
  readonly shortest: Int16Array;
}

export const QUOTE = 0x22;

/** Nodes that a form may have: 20 MB of transitions. */
const MOST_NODES = 20_000;

interface Draft {
  readonly next: Map<number, number>;
  accepts: boolean;
  countsCharacters: boolean;
  limit: number;
  /** Nodes that know what it does not know itself. */
  readonly otherwise: number[];
}

/** Builds an automaton from its end to its start: a node is made after those it leads to, or filled later. */
export class AutomatonBuilder {
  readonly #drafts: Draft[] = [];

  /** A new node, which shares the transitions and the acceptance of others where it has none of its own. */
  node(...otherwise: number[]): number {
    if (this.#drafts.length >= MOST_NODES)
      throw new TypeError(`a form of more than ${MOST_NODES} states cannot be held to: make it smaller`);
    this.#drafts.push({ next: new Map(), accepts: false, countsCharacters: false, limit: -1, otherwise });
    return this.#drafts.length - 1;
  }

  end(): number {
    const id = this.node();
    this.#draft(id).accepts = true;
    return id;
  }

  link(from: number, bytes: Iterable<number>, to: number): void {
    const { next } = this.#draft(from);
    for (const byte of bytes) next.set(byte, to);
  }

  /** A node from which `bytes` lead to `then`. */
  literal(bytes: Uint8Array, then: number): number {
    return bytes.reduceRight((after, byte) => {
      const id = this.node();
      this.link(id, [byte], after);
      return id;
    }, then);
  }

  /** A node from which each of `texts` leads to `then`. */
  oneOf(texts: readonly Uint8Array[], then: number): number {
    const root = this.node();
    const ends = new Set<number>();
    for (const text of texts) {
      let at = root;
      for (const byte of text) {
        const known = this.#draft(at).next.get(byte);
        const to = known ?? this.node();
        this.link(at, [byte], to);
        at = to;
      }
      ends.add(at);
    }
    for (const at of ends) this.#draft(at).otherwise.push(then);
    return root;
  }

  /** Marks nodes as inside one string of at most `limit` characters; each byte but the quotation mark from `body` begins one. */
  string(body: number, inside: readonly number[], limit: number): void {
    for (const id of [body, ...inside]) this.#draft(id).limit = limit;
    this.#draft(body).countsCharacters = true;
  }

  build(start: number): Automaton {
    const size = this.#drafts.length;
    const next = new Int32Array(size * 256).fill(-1);
    const accepts = new Uint8Array(size);
    for (let id = 0; id < size; id++) {
      for (const draft of this.#shared(id)) {
        for (const [byte, to] of draft.next) next[id * 256 + byte] = to;
        if (draft.accepts) accepts[id] = 1;
      }
    }
    return {
      start,
      size,
      next,
      accepts,
      countsCharacters: Uint8Array.from(this.#drafts, (draft) => Number(draft.countsCharacters)),
      limit: Int32Array.from(this.#drafts, (draft) => draft.limit),
      ...distances(size, next, accepts),
    };
  }

  /** What a node shares, then the node itself, whose own transitions lie over those. */
  #shared(id: number): Draft[] {
    const draft = this.#draft(id);
    return [...draft.otherwise.flatMap((other) => this.#shared(other)), draft];
  }

  #draft(id: number): Draft {
    const draft = this.#drafts[id];
    if (draft === undefined) throw new TypeError(`there is no node ${id}`);
    return draft;
  }
}

/** Breadth first, from the ends back. */
function distances(
  size: number,
  next: Int32Array,
  accepts: Uint8Array,
): Pick<Automaton, 'distance' | 'shortest'> {
  const before = Array.from({ length: size }, (): { node: number; byte: number }[] => []);
  for (const [at, to] of next.entries()) if (to >= 0) before[to]?.push({ node: at >> 8, byte: at & 255 });
  const distance = new Int32Array(size).fill(-1);
  const shortest = new Int16Array(size).fill(-1);
  let edge = Array.from({ length: size }, (_, node) => node).filter((node) => accepts[node] === 1);
  for (const node of edge) distance[node] = 0;
  for (let steps = 1; edge.length > 0; steps++) {
    const farther: number[] = [];
    for (const { node, byte } of edge.flatMap((to) => before[to] ?? [])) {
      if (distance[node] !== -1) continue;
      distance[node] = steps;
      shortest[node] = byte;
      farther.push(node);
    }
    edge = farther;
  }
  return { distance, shortest };
}
