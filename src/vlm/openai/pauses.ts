import type { EndpointConfig } from '../../config.js';
import { BoothError } from '../../errors.js';
import type { Clock } from '../../media/time.js';
import type { StartTimer } from '../../openai/watch.js';
import type { Endpoint } from './failures.js';
import type { Limits, Pause } from './limits.js';
import { givenUp, outlasted, resting, restsAfter, waitsFor } from './messages.js';
import { waitOut } from './waiting.js';

/** One warning about each limit in so many milliseconds. */
const WARN_EVERY = 3_600_000;

export interface PausesDeps {
  readonly endpoint: Endpoint;
  readonly config: EndpointConfig;
  readonly limits: Limits;
  /** Somebody takes over: it is they who decide when to ask again. */
  readonly backed: boolean;
  readonly clock: Clock;
  readonly startTimer: StartTimer;
  readonly onWarning: (error: BoothError) => void;
}

/** What the limits and the failures of an endpoint mean to its looks, and what the user is told of them. */
export class Pauses {
  readonly #deps: PausesDeps;
  readonly #warnedAt = new Map<Pause['by'], number>();
  /** What failed last. */
  #failure: BoothError | null = null;
  #isWaitTold = false;

  constructor(deps: PausesDeps) {
    this.#deps = deps;
  }

  /** The failure, with the rest that follows. */
  failed(error: BoothError): BoothError {
    const ms = this.#restAfter(error);
    return ms === 0 ? error : restsAfter(error, ms);
  }

  /** True where a rest follows, after which the same look is to be sent again; tells once, until it answers, that the video waits. */
  waitsAfter(error: BoothError): boolean {
    if (this.#restAfter(error) === 0) return false;
    if (!this.#isWaitTold) this.#deps.onWarning(waitsFor(error));
    this.#isWaitTold = true;
    return true;
  }

  answered(): void {
    this.#isWaitTold = false;
    const { limits, onWarning, endpoint } = this.#deps;
    if (limits.answered())
      onWarning(new BoothError('INFERENCE_FAILED', `${endpoint.address} answers again.`));
  }

  /** True when this look is to be silent because a limit of the user's is exhausted. Raises INFERENCE_FAILED. */
  mustRest(): boolean {
    const { limits, backed, endpoint, config } = this.#deps;
    const pause = limits.pause();
    if (pause === null) return false;
    // The failure that brought the rest has told of it.
    if (pause.by === 'failures') return true;
    const isNew = this.#isNew(pause);
    if (pause.by !== 'server' && !backed && !isNew) return true;
    throw resting(pause, endpoint, config);
  }

  /**
   * Waits for limits of which it can be known when they recover, and for the rests after failures; tells once that it waits. Raises what ends the run:
   * INFERENCE_FAILED for a spent budget, and for a server that has let nothing through since `since` for too long; the last failure of one that has only
   * failed for too long.
   */
  async wait(since: number, signals: readonly AbortSignal[]): Promise<void> {
    const { limits, clock, startTimer, endpoint, config, onWarning } = this.#deps;
    const onWait = (pause: Pause) => {
      if (pause.by === 'failures' || !this.#isNew(pause)) return;
      const { message } = resting(pause, endpoint, config);
      onWarning(new BoothError('INFERENCE_FAILED', `${message} The video waits.`));
    };
    const pause = await waitOut(since, { limits, clock, startTimer, signals, onWait });
    if (pause === null) return;
    throw pause.by === 'failures' && this.#failure !== null
      ? outlasted(this.#failure)
      : givenUp(pause, endpoint, config);
  }

  #restAfter(error: BoothError): number {
    this.#failure = error;
    return this.#deps.backed || error.policy === 'fatal' ? 0 : this.#deps.limits.failed();
  }

  /** Whether a warning of such a pause is due. */
  #isNew({ by }: Pause): boolean {
    const now = this.#deps.clock.now();
    if (now - (this.#warnedAt.get(by) ?? Number.NEGATIVE_INFINITY) < WARN_EVERY) return false;
    this.#warnedAt.set(by, now);
    return true;
  }
}
