import type { Pause } from '../../src/hub/retry.js';
import { LIMITS } from '../../src/hub/settings.js';

/** Time that does not pass: pauses are noted and over at once, and a server is silent too long when a test says so. */
export interface NoTime {
  readonly pause: Pause;
  /** The pauses between attempts, in ms. */
  readonly taken: number[];
  /** The watch over a silent server runs out. */
  stall(): void;
}

export function noTime(): NoTime {
  const watches = new Set<() => void>();
  const taken: number[] = [];
  return {
    taken,
    stall: () => {
      for (const runOut of watches) runOut();
    },
    pause: (ms, signal) => {
      if (ms !== LIMITS.stallMs) {
        taken.push(ms);
        return Promise.resolve();
      }
      return new Promise((resolve, reject) => {
        watches.add(resolve);
        signal.addEventListener('abort', () => {
          watches.delete(resolve);
          reject(signal.reason);
        });
      });
    },
  };
}

/** Resolves when `tell` was called with at least `wanted`. */
export function reached(wanted: number): { readonly done: Promise<void>; tell(bytes: number): void } {
  let finish = () => {};
  const done = new Promise<void>((resolve) => {
    finish = resolve;
  });
  return {
    done,
    tell: (bytes) => {
      if (bytes >= wanted) finish();
    },
  };
}
