import type { Clock } from '../media/time.js';

/** A warning is said again only when so many milliseconds have passed. */
export const AFRESH_AFTER = 5 * 60_000;
/** Messages that are remembered; the one that was said longest ago is forgotten first. */
const MOST_MESSAGES = 100;

export interface Warnings {
  warn(message: string): void;
  /** Says how often each came that was not said every time, and forgets all. */
  end(): void;
}

interface Told {
  readonly saidAt: number;
  heardAt: number;
  times: number;
  isSaidEachTime: boolean;
}

/**
 * Says a warning that comes again and again once: a model that fails at every look must not fill a terminal. It is said anew after a
 * while in which it stayed away, or in which something else was said.
 */
export function createWarnings(say: (line: string) => void, clock: Clock): Warnings {
  const all = new Map<string, Told>();
  let last: string | null = null;

  const isNews = (message: string, { saidAt, heardAt }: Told, now: number) =>
    now - saidAt >= AFRESH_AFTER && (message !== last || now - heardAt >= AFRESH_AFTER);
  const count = (message: string, { times, isSaidEachTime }: Told) => {
    if (!isSaidEachTime) say(`${times} times in all: ${message}`);
  };
  const forgetOldest = () => {
    for (const [message, told] of all) {
      if (all.size <= MOST_MESSAGES) return;
      all.delete(message);
      count(message, told);
    }
  };

  return {
    warn(message) {
      const now = clock.now();
      const known = all.get(message);
      if (known !== undefined && !isNews(message, known, now)) {
        known.heardAt = now;
        known.times += 1;
        known.isSaidEachTime = false;
        return;
      }
      const { times = 0, isSaidEachTime = true } = known ?? {};
      // What was said last stands last.
      all.delete(message);
      all.set(message, { saidAt: now, heardAt: now, times: times + 1, isSaidEachTime });
      last = message;
      say(message);
      forgetOldest();
    },
    end() {
      for (const [message, told] of all) count(message, told);
      all.clear();
    },
  };
}
