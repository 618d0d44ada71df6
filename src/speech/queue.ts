import { asyncScheduler, type SchedulerLike, type Subscription } from 'rxjs';
import { type Cue, isWithdrawn } from '../media/cue.js';
import type { OnDrop } from '../media/drops.js';
import { cutsIn, cutsInAfterGist, GIST, LEAST_HEARD, SMALL_TALK } from '../media/precedence.js';
import type { Clock } from '../media/time.js';
import type { OnVoiceTurn } from '../media/voice-turn.js';
import { RecentIds } from './recent-ids.js';

/** Lines that may wait for the voice; the oldest ordinary one gives way to a newer. */
export const MAX_WAITING = 4;

export interface Pending {
  readonly cue: Cue;
  /** Milliseconds of the pipeline's clock. */
  readonly arrivedAt: number;
  /** The latest time at which it may begin to be heard, by the same clock. */
  readonly dueBy: number;
}

/** The line that is being heard. */
export interface Heard {
  readonly cue: Cue;
  /** Milliseconds of the pipeline's clock. */
  readonly since: number;
  /** When it will be over; `Infinity` where nobody can tell. */
  readonly until: number;
}

export interface QueuePolicy {
  readonly clock: Clock;
  readonly onDrop: OnDrop;
  /** Seconds from when a line is there to its sound, at most: later it is dropped as `stale`. */
  readonly budget: number;
  /** Lines at least so important (0–1) go before the others, and cut them. */
  readonly interruptAt: number;
  /** Times when a line is due. */
  readonly scheduler?: SchedulerLike;
  readonly onTurn?: OnVoiceTurn;
}

/**
 * The lines that wait for the voice: at most `MAX_WAITING`, each id once, the important ones first, small talk last, none over
 * its budget.
 */
export class SpeechQueue {
  #waiting: Pending[] = [];
  readonly #known = new RecentIds();
  readonly #policy: QueuePolicy;

  constructor(policy: QueuePolicy) {
    this.#policy = policy;
  }

  /**
   * When `next` ends the line that is heard, milliseconds of the clock; at once where that is past; `Infinity`: it waits for the end of
   * it. The rule is that of the captions; besides, small talk does not stutter, and what cannot wait may cut in on what has told its gist.
   */
  cutsAt({ cue, dueBy }: Pending, heard: Heard): number {
    const heardFor = (seconds: number) => heard.since + seconds * 1_000;
    if (cutsIn(cue, heard.cue, this.#policy.interruptAt)) {
      const leastHeard = heardFor(this.#isImportant(cue) ? 0 : LEAST_HEARD);
      return leastHeard <= dueBy ? leastHeard : heard.since;
    }
    const gistHeard = heardFor(GIST);
    const mustCut = heard.until > dueBy && gistHeard <= dueBy;
    return mustCut && cutsInAfterGist(cue, heard.cue) ? gistHeard : Number.POSITIVE_INFINITY;
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
    this.#waiting.push(this.#pending(cue));
    if (this.#waiting.length > MAX_WAITING) {
      const givesWay = this.#waiting.find((pending) => !this.#isImportant(pending.cue)) ?? this.#waiting[0];
      this.#drop((pending) => pending === givesWay, 'crowded');
    }
    return true;
  }

  /** The line to say next, left in its place; `undefined` when nothing waits that is still worth saying. */
  peek(): Pending | undefined {
    const { clock } = this.#policy;
    this.#drop(({ dueBy }) => clock.now() > dueBy, 'stale');
    return (
      this.#waiting.find(({ cue }) => this.#isImportant(cue)) ??
      this.#waiting.find(({ cue }) => cue.importance > SMALL_TALK) ??
      this.#waiting[0]
    );
  }

  /** Takes the line out because its sound begins now. */
  begin(pending: Pending): Pick<Heard, 'cue' | 'since'> {
    const { clock, onTurn } = this.#policy;
    const since = clock.now();
    this.remove(pending);
    onTurn?.({ kind: 'begun', toSpareMs: pending.dueBy - since });
    return { cue: pending.cue, since };
  }

  /** Calls `late` once it is too late for the line's sound to begin. */
  whenLate({ dueBy }: Pending, late: () => void): Subscription {
    const { clock, scheduler = asyncScheduler } = this.#policy;
    return scheduler.schedule(late, dueBy - clock.now() + 1);
  }

  /** True for a line that is too late, which does not wait any more; whose fault that is tells the caller. */
  giveUp(pending: Pending): boolean {
    const { clock, onTurn } = this.#policy;
    const isLate = clock.now() > pending.dueBy && this.remove(pending);
    if (isLate) onTurn?.({ kind: 'late' });
    return isLate;
  }

  /** False when the line is not there any more. */
  remove(pending: Pending): boolean {
    const index = this.#waiting.indexOf(pending);
    if (index >= 0) this.#waiting.splice(index, 1);
    return index >= 0;
  }

  #pending(cue: Cue): Pending {
    const { clock, budget } = this.#policy;
    const arrivedAt = clock.now();
    return { cue, arrivedAt, dueBy: arrivedAt + budget * 1_000 };
  }

  #isImportant(cue: Cue): boolean {
    return cue.importance >= this.#policy.interruptAt;
  }

  #drop(isGone: (pending: Pending) => boolean, reason: 'stale' | 'crowded'): void {
    const kept = this.#waiting.filter((pending) => !isGone(pending));
    for (let count = kept.length; count < this.#waiting.length; count += 1) {
      this.#policy.onDrop(reason);
      if (reason === 'stale') this.#policy.onTurn?.({ kind: 'late' });
    }
    this.#waiting = kept;
  }
}
