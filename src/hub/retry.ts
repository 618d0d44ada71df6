import { setTimeout } from 'node:timers/promises';
import { BoothError } from '../errors.js';
import { LIMITS } from './settings.js';

/** Resolves after `ms`; rejects when `signal` aborts. */
export type Pause = (ms: number, signal: AbortSignal) => Promise<void>;

export const pause: Pause = async (ms, signal) => {
  await setTimeout(ms, undefined, { signal });
};

/** A failure that the next try may not have. */
export class Transient extends Error {
  /** What the server asked for. */
  readonly retryAfterMs: number | null;

  constructor(message: string, options: { cause?: unknown; retryAfterMs?: number | null } = {}) {
    super(message, { cause: options.cause });
    this.name = 'Transient';
    this.retryAfterMs = options.retryAfterMs ?? null;
  }
}

export interface Patience {
  readonly pause: Pause;
  readonly signal: AbortSignal;
}

/**
 * Tries until it works, pausing longer after each failure in a row. An attempt that got further than any before it
 * calls `gotOn`, and the count starts anew. Raises MODEL_DOWNLOAD_FAILED, or what an attempt raises that is not `Transient`.
 */
export async function retrying<Value>(
  what: string,
  attempt: (gotOn: () => void) => Promise<Value>,
  { pause, signal }: Patience,
): Promise<Value> {
  for (let failures = 1; ; failures++) {
    try {
      return await attempt(() => {
        failures = 0;
      });
    } catch (thrown) {
      signal.throwIfAborted();
      if (!(thrown instanceof Transient)) throw thrown;
      if (failures >= LIMITS.attempts) throw givenUp(what, thrown);
      await pause(delayMs(Math.max(1, failures), thrown.retryAfterMs), signal);
    }
  }
}

/** `work`, or a `Transient` when nothing came of it in `LIMITS.stallMs`; rejects at once when the signal aborts. */
export async function unlessStalled<Value>(
  work: Promise<Value>,
  { pause, signal }: Patience,
): Promise<Value> {
  // Whoever gives up first leaves it behind.
  work.catch(() => {});
  signal.throwIfAborted();
  const settled = new AbortController();
  const settle = () => settled.abort();
  signal.addEventListener('abort', settle, { once: true });
  const stalled = pause(LIMITS.stallMs, settled.signal).then(() => {
    throw new Transient(`the server was silent for ${LIMITS.stallMs / 1000} s`);
  });
  try {
    return await Promise.race([work, stalled]);
  } finally {
    stalled.catch(() => {});
    signal.removeEventListener('abort', settle);
    settle();
  }
}

function delayMs(failures: number, retryAfterMs: number | null): number {
  if (retryAfterMs !== null) return Math.min(retryAfterMs, LIMITS.retryAfterMaxMs);
  return Math.min(LIMITS.backoffBaseMs * 2 ** (failures - 1), LIMITS.backoffMaxMs);
}

function givenUp(what: string, { message, cause }: Transient): BoothError {
  return new BoothError(
    'MODEL_DOWNLOAD_FAILED',
    `${what} cannot be downloaded: ${message}, ${LIMITS.attempts} times in a row. What came is kept: pull again to go on.`,
    { cause },
  );
}
