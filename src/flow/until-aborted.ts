import { fromEvent, type MonoTypeOperatorFunction, NEVER, of, takeUntil } from 'rxjs';

/** Completes, and lets go of its source, when the signal aborts: cancellation is an end, not an error. */
export function untilAborted<Value>(signal: AbortSignal | undefined): MonoTypeOperatorFunction<Value> {
  if (signal === undefined) return takeUntil(NEVER);
  return takeUntil(signal.aborted ? of(true) : fromEvent(signal, 'abort'));
}
