import { type Cue, isWithdrawn } from '../media/cue.js';

interface Kept {
  readonly cue: Cue;
  /** `seq` of the newest cue when this one, final before, was cut or taken back; `null` where it was not. */
  readonly revisedAt: number | null;
}

/** The newest form of the last cues of one channel, for subscribers who come late or come back. */
export class CueHistory {
  /** In order of `seq`, which is the order in which cues first appear. Bound: `limit`; the oldest goes first. */
  readonly #kept = new Map<number, Kept>();
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
    const [oldest] = this.#kept.keys();
    return oldest ?? null;
  }

  /** The first form of a cue, or another; one of a cue that was let go comes too late. */
  put(cue: Cue): void {
    const before = this.#kept.get(cue.seq);
    if (before === undefined && cue.seq <= (this.#lastSeq ?? -1)) return;
    this.#lastSeq = Math.max(cue.seq, this.#lastSeq ?? cue.seq);
    const revised = before?.cue.final ?? false;
    this.#kept.set(cue.seq, { cue, revisedAt: revised ? this.#lastSeq : null });
    for (const seq of this.#kept.keys()) {
      if (this.#kept.size <= this.#limit) break;
      this.#kept.delete(seq);
    }
  }

  /**
   * What someone may not have whose last final cue is `since`, oldest first: every kept cue with a higher `seq`, and those up to it that may have
   * been cut or taken back since; and how many of the former were already let go.
   */
  after(since: number): { readonly cues: readonly Cue[]; readonly missed: number } {
    const kept = [...this.#kept.values()];
    const cues = kept.filter(({ cue, revisedAt }) => cue.seq > since || (revisedAt ?? -1) >= since);
    const newer = kept.filter(({ cue }) => cue.seq > since).length;
    const expected = Math.max(0, (this.#lastSeq ?? since) - since);
    return { cues: cues.map(({ cue }) => cue), missed: Math.max(0, expected - newer) };
  }

  /** The lines that were said, oldest first: cues in their final form that were not withdrawn. */
  finals(): readonly Cue[] {
    return [...this.#kept.values()].map(({ cue }) => cue).filter((cue) => cue.final && !isWithdrawn(cue));
  }
}
