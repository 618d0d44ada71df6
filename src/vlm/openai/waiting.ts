import type { Clock } from '../../media/time.js';
import { passed, type StartTimer } from '../../openai/watch.js';
import type { Limits, Pause } from './limits.js';

/** Most milliseconds that one look waits until it may be sent. */
export const LONGEST_WAIT = 10 * 60_000;

export interface Waiting {
  readonly limits: Limits;
  readonly clock: Clock;
  readonly startTimer: StartTimer;
  /** Each of them ends the waiting when it aborts. */
  readonly signals: readonly AbortSignal[];
  /** Told before each wait. */
  readonly onWait: (pause: Pause) => void;
}

/** Pauses that end by themselves while a video waits: the server's own, the rests after its failures, and the requests of a minute. */
const PASSES: readonly Pause['by'][] = ['server', 'failures', 'maxRpm'];

/**
 * Waits since `since`, a time of the clock, until nothing keeps the next request back. Returns `null` then, or when a signal aborts; else the
 * pause that is not waited out: a spent budget, or more than LONGEST_WAIT in all, which counts from the first of a row of rests where the server fails,
 * whichever looks it fails at.
 */
export async function waitOut(since: number, { limits, clock, ...waiting }: Waiting): Promise<Pause | null> {
  const { startTimer, signals, onWait } = waiting;
  for (;;) {
    const pause = limits.pause();
    if (pause === null || signals.some(({ aborted }) => aborted)) return null;
    const from = pause.by === 'failures' ? (limits.restingSince ?? since) : since;
    if (!PASSES.includes(pause.by) || clock.now() + pause.ms - from > LONGEST_WAIT) return pause;
    onWait(pause);
    await passed(pause.ms, startTimer, signals);
  }
}
