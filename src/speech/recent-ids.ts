/** A line is only re-sent within the last few. */
const MAX_REMEMBERED = 256;

/** Knows the newest ids, so that a line is spoken once; memory stays flat. */
export class RecentIds {
  readonly #ids = new Set<string>();

  /** False when the id was known. */
  add(id: string): boolean {
    if (this.#ids.has(id)) return false;
    this.#ids.add(id);
    if (this.#ids.size > MAX_REMEMBERED) {
      const [oldest] = this.#ids;
      if (oldest !== undefined) this.#ids.delete(oldest);
    }
    return true;
  }
}
