import { type Cue, isWithdrawn } from '../media/cue.js';
import type { OnDrop } from '../media/drops.js';
import type { Clock } from '../media/time.js';
import { RecentIds } from './recent-ids.js';

/** Lines that may wait for the voice; the oldest ordinary one gives way to a newer. */
export const MAX_WAITING = 4;

export interface Pending {
  readonly cue: Cue;
  /** Milliseconds of the pipeline's clock. */
  readonly arrivedAt: number;
}

export interface QueuePolicy {
  readonly clock: Clock;
  readonly onDrop: OnDrop;
  /** Seconds that a line may wait before it is dropped as `stale`. */
  readonly staleAfter: number;
  /** Lines at least so important (0–1) go before the others, and cut them. */
  readonly interruptAt: number;
}

/**
 * The lines that wait for the voice: at most `MAX_WAITING`, each id once, the important ones first,
 * none older than `staleAfter`.
 */
export class SpeechQueue {
  #waiting: Pending[] = [];
  readonly #known = new RecentIds();
  readonly #policy: QueuePolicy;

  constructor(policy: QueuePolicy) {
    this.#policy = policy;
  }

  /** A big moment cuts an ordinary line, not another big one. */
  interrupts(next: Cue, heard: Cue): boolean {
    return this.#isImportant(next) && !this.#isImportant(heard);
  }

  /**
   * True when the line now waits. A cue that comes again has been cut short on screen or withdrawn, and counted
   * by whoever did so: it is let go if it still waits; once begun, it is heard until the bigger moment cuts it.
   * Partial cues are not spoken.
   */
  add(cue: Cue): boolean {
    if (!cue.final) return false;
    if (isWithdrawn(cue) || !this.#known.add(cue.id)) {
      this.#waiting = this.#waiting.filter((pending) => pending.cue.id !== cue.id);
      return false;
    }
    this.#waiting.push({ cue, arrivedAt: this.#policy.clock.now() });
    if (this.#waiting.length > MAX_WAITING) {
      const givesWay = this.#waiting.find((pending) => !this.#isImportant(pending.cue)) ?? this.#waiting[0];
      this.#drop((pending) => pending === givesWay, 'crowded');
    }
    return true;
  }

  /** The line to say next, left in its place; `undefined` when nothing waits that is still worth saying. */
  peek(): Pending | undefined {
    const { clock, staleAfter } = this.#policy;
    this.#drop((pending) => clock.now() - pending.arrivedAt > staleAfter * 1_000, 'stale');
    return this.#waiting.find(({ cue }) => this.#isImportant(cue)) ?? this.#waiting[0];
  }

  /** False when the line is not there any more. */
  remove(pending: Pending): boolean {
    const index = this.#waiting.indexOf(pending);
    if (index >= 0) this.#waiting.splice(index, 1);
    return index >= 0;
  }

  #isImportant(cue: Cue): boolean {
    return cue.importance >= this.#policy.interruptAt;
  }

  #drop(isGone: (pending: Pending) => boolean, reason: 'stale' | 'crowded'): void {
    const kept = this.#waiting.filter((pending) => !isGone(pending));
    for (let count = kept.length; count < this.#waiting.length; count += 1) this.#policy.onDrop(reason);
    this.#waiting = kept;
  }
}
