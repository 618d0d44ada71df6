interface Closable {
  close(): Promise<void> | void;
}

/**
 * Owns what has to be closed, and closes it in reverse order, once, whatever fails on the way.
 * (Node 20 has no AsyncDisposableStack.)
 */
export class Closer {
  readonly #owned: Closable[] = [];
  #closing: Promise<void> | null = null;

  own<Resource extends Closable>(resource: Resource): Resource {
    this.#owned.push(resource);
    return resource;
  }

  /** Raises the first error, after everything had its turn. */
  close(): Promise<void> {
    this.#closing ??= this.#closeAll();
    return this.#closing;
  }

  async #closeAll(): Promise<void> {
    const failures: unknown[] = [];
    for (const resource of this.#owned.reverse()) {
      try {
        await resource.close();
      } catch (thrown) {
        failures.push(thrown);
      }
    }
    if (failures.length > 0) throw failures[0];
  }
}
