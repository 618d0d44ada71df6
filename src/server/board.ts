import type { Programme } from './programme.js';

/** A programme as the list of a server shows it. */
export interface BoardEntry {
  readonly name: string;
  /** `opening`: nothing is on yet; `failed`: nothing ever will be, because of `code`. */
  readonly state: 'opening' | 'onair' | 'ended' | 'failed';
  readonly title: string | null;
  readonly langs: readonly string[];
  /** What was said last. */
  readonly line: string | null;
  readonly code: string | null;
}

/** The programmes of one server by name, in their order, from before they are on. */
export class Board {
  readonly #programmes = new Map<string, Programme | null>();
  readonly #failures = new Map<string, string>();

  constructor(names: readonly string[]) {
    for (const name of names) this.#programmes.set(name, null);
  }

  has(name: string): boolean {
    return this.#programmes.has(name);
  }

  /** `undefined` while it is not on, and for none of this server's. */
  programme(name: string): Programme | undefined {
    return this.#programmes.get(name) ?? undefined;
  }

  put(name: string, programme: Programme): void {
    if (!this.has(name) || this.programme(name) !== undefined)
      throw new TypeError(`there is no place for a programme "${name}": each of this server's is put once`);
    this.#programmes.set(name, programme);
  }

  /** It will never be on, or no more, because of an error of this code. */
  fail(name: string, code: string): void {
    this.#failures.set(name, code);
  }

  entries(): readonly BoardEntry[] {
    return [...this.#programmes].map(([name, programme]) => {
      const summary = programme?.feed.summary() ?? { title: null, langs: [], line: null };
      const code = this.#failures.get(name) ?? null;
      return { name, state: stateOf(programme, code), ...summary, code };
    });
  }
}

function stateOf(programme: Programme | null, code: string | null): BoardEntry['state'] {
  if (code !== null) return 'failed';
  if (programme === null) return 'opening';
  return programme.feed.ended ? 'ended' : 'onair';
}
