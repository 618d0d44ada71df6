import { BoothError, messageOf } from '../errors.js';
import { type Clock, systemClock } from '../media/time.js';

/** Milliseconds until a worker that died is started again for looks that cannot wait: doubling from the shortest to the longest. */
const SHORTEST_PAUSE = 500;
const LONGEST_PAUSE = 30_000;

/** What the deaths of a worker mean to the next one: a model that dies again and again must not be loaded at every look. */
export class Deaths {
  readonly #clock: Clock;
  #last: { readonly death: BoothError; readonly until: number } | null = null;
  #pause = SHORTEST_PAUSE;

  constructor(clock: Clock = systemClock) {
    this.#clock = clock;
  }

  note(death: BoothError): void {
    this.#last = { death, until: this.#clock.now() + this.#pause };
    this.#pause = Math.min(2 * this.#pause, LONGEST_PAUSE);
  }

  /** A look went through. */
  survived(): void {
    this.#pause = SHORTEST_PAUSE;
  }

  /** The death after which there is still a pause; `null` when there is none. */
  get resting(): BoothError | null {
    const last = this.#last;
    return last !== null && this.#clock.now() < last.until ? last.death : null;
  }
}

/** `cause` is what it died of. */
export function workerDied(cause: unknown): BoothError {
  return new BoothError(
    'WORKER_DIED',
    `The worker that runs the model has died (${messageOf(cause)}). During a run it is started again, for live video after a pause; if it repeats, report it with --debug.`,
    { cause },
  );
}

/** The end of a run that waits for each look: this one cannot be made. `at` is where it is, seconds into the video. */
export function diedTwice({ cause }: BoothError, at: number): BoothError {
  return new BoothError(
    'WORKER_DIED',
    `The worker that runs the model has died twice of the look at ${at.toFixed(1)} s of the video (${messageOf(cause)}). The run ends here; what was said so far is kept. Try another --runtime or --device, or report it with --debug.`,
    { cause, policy: 'fatal' },
  );
}
