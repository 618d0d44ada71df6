import type { Vocabulary } from './vocabulary.js';

/**
 * The tokens of a vocabulary as a tree of their bytes, its nodes in preorder: a walk goes forward by one, or past a node's whole subtree.
 * (The layout of llguidance's `toktrie`.)
 */
export interface TokenTrie {
  readonly size: number;
  /** Of each node: its byte, its depth (0: first byte of a token), and the node after its subtree. */
  readonly byte: Uint8Array;
  readonly depth: Uint16Array;
  readonly end: Int32Array;
  /** Of each node: the first token that ends here, or -1. */
  readonly token: Int32Array;
  /** Of each token: the next one of the same bytes, or -1. */
  readonly twin: Int32Array;
  readonly deepest: number;
}

/** Longer tokens are left out: they are runs of spaces or dashes, which can be spelled by shorter ones. */
const LONGEST_TOKEN = 512;

export function makeTrie({ bytes }: Vocabulary): TokenTrie {
  const tokens = bytes.flatMap((spelled, id) =>
    spelled === undefined || spelled.length === 0 || spelled.length > LONGEST_TOKEN
      ? []
      : // Strings of bytes are compared many times faster than buffers.
        [{ spelled, id, key: Buffer.from(spelled).toString('latin1') }],
  );
  tokens.sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : a.id - b.id));
  const total = tokens.reduce((sum, { spelled }) => sum + spelled.length, 0);
  const trie = {
    byte: new Uint8Array(total),
    depth: new Uint16Array(total),
    end: new Int32Array(total),
    token: new Int32Array(total).fill(-1),
    twin: new Int32Array(bytes.length).fill(-1),
  };
  /** Nodes from the root to the newest. */
  const open: number[] = [];
  let size = 0;
  let before: Uint8Array = new Uint8Array(0);
  const close = (depth: number) => {
    while (open.length > depth) trie.end[open.pop() as number] = size;
  };
  for (const { spelled, id } of tokens) {
    close(sharedLength(before, spelled));
    for (let depth = open.length; depth < spelled.length; depth++) {
      trie.byte[size] = spelled[depth] as number;
      trie.depth[size] = depth;
      open.push(size++);
    }
    const node = open.at(-1) as number;
    trie.twin[id] = trie.token[node] as number;
    trie.token[node] = id;
    before = spelled;
  }
  close(0);
  const deepest = tokens.reduce((most, { spelled }) => Math.max(most, spelled.length), 0);
  return {
    ...trie,
    byte: trie.byte.slice(0, size),
    depth: trie.depth.slice(0, size),
    end: trie.end.slice(0, size),
    token: trie.token.slice(0, size),
    size,
    deepest,
  };
}

function sharedLength(a: Uint8Array, b: Uint8Array): number {
  let length = 0;
  while (length < a.length && length < b.length && a[length] === b[length]) length++;
  return length;
}
