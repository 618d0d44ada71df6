import { type Cue, isWithdrawn } from '../media/cue.js';

/** The newest form of the last cues of one channel, for subscribers who come late or come back. */
export class CueHistory {
  /** In order of `seq`, which is the order in which cues first appear. Bound: `limit`; the oldest goes first. */
  readonly #cues = new Map<number, Cue>();
  readonly #limit: number;
  #lastSeq: number | null = null;

  /** @param limit Cues kept, at least 0. */
  constructor(limit: number) {
    this.#limit = limit;
  }

  /** `seq` of the newest cue ever put, kept or not; `null` before the first. */
  get lastSeq(): number | null {
    return this.#lastSeq;
  }

  /** `seq` of the oldest cue kept; `null` when none is. */
  get oldestSeq(): number | null {
    const [oldest] = this.#cues.keys();
    return oldest ?? null;
  }

  put(cue: Cue): void {
    this.#lastSeq = Math.max(cue.seq, this.#lastSeq ?? cue.seq);
    this.#cues.set(cue.seq, cue);
    for (const seq of this.#cues.keys()) {
      if (this.#cues.size <= this.#limit) break;
      this.#cues.delete(seq);
    }
  }

  /** Every kept cue with a `seq` over `since`, oldest first, and how many of those were already let go. */
  after(since: number): { readonly cues: readonly Cue[]; readonly missed: number } {
    const cues = [...this.#cues.values()].filter((cue) => cue.seq > since);
    const expected = Math.max(0, (this.#lastSeq ?? since) - since);
    return { cues, missed: Math.max(0, expected - cues.length) };
  }

  /** The lines that were said, oldest first: cues in their final form that were not withdrawn. */
  finals(): readonly Cue[] {
    return [...this.#cues.values()].filter((cue) => cue.final && !isWithdrawn(cue));
  }
}
