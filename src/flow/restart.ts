import {
  asyncScheduler,
  type MonoTypeOperatorFunction,
  retry,
  type SchedulerLike,
  throwError,
  timer,
} from 'rxjs';
import { BoothError } from '../errors.js';

export interface RestartPolicy {
  /** The first pause; each one after is twice as long, up to `maxMs`. */
  readonly baseMs: number;
  readonly maxMs: number;
  /** Restarts in a row without a value, after which the error goes through. */
  readonly attempts: number;
  /** Told before each pause. `attempt` counts from 1. */
  readonly onRestart?: (error: BoothError, attempt: number, pauseMs: number) => void;
}

/**
 * Subscribes again, after a pause that doubles, when a `BoothError` of policy `restart` comes. A value sets the
 * count back. Any other error goes through. The pauses have no jitter: there is one client, and tests are exact.
 */
export function restart<Value>(
  { baseMs, maxMs, attempts, onRestart }: RestartPolicy,
  scheduler: SchedulerLike = asyncScheduler,
): MonoTypeOperatorFunction<Value> {
  return retry({
    resetOnSuccess: true,
    delay: (error: unknown, attempt) => {
      const restartable = error instanceof BoothError && error.policy === 'restart';
      if (!restartable || attempt > attempts) return throwError(() => error);
      const pauseMs = Math.min(maxMs, baseMs * 2 ** (attempt - 1));
      onRestart?.(error, attempt, pauseMs);
      return timer(pauseMs, scheduler);
    },
  });
}
