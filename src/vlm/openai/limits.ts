import type { EndpointConfig } from '../../config.js';
import type { Clock } from '../../media/time.js';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
/** Pauses that the server asked for without saying how long: doubling from the first to the longest. */
const FIRST_PAUSE = 1_000;
const LONGEST_PAUSE = MINUTE;

/** Rest after the second failure in a row; it doubles up to `LONGEST_PAUSE`. One failure may be an accident. */
const FIRST_REST = 2_000;

/** Tokens as the server counted them. */
export interface Usage {
  readonly input: number;
  readonly output: number;
}

/** No request may be sent for `ms` more milliseconds, and why. */
export interface Pause {
  readonly by: 'server' | 'failures' | 'maxRpm' | 'maxUsd';
  readonly ms: number;
}

/** A request under way. Its cost is reserved until one of these is called; one that is cut off keeps the reserved cost. */
export interface Request {
  settle(usage: Usage): void;
  /** The server took nothing for it. */
  refused(): void;
}

/**
 * What one endpoint may be asked: requests a minute and dollars an hour, both over a sliding window, the pauses
 * that it asks for itself, and longer and longer ones while it fails. Holds at most `maxRpm` times and 61 sums.
 */
export class Limits {
  readonly #config: EndpointConfig;
  readonly #clock: Clock;
  /** When the requests of the last minute were sent, oldest first; empty without a limit. */
  #sent: number[] = [];
  /** Minute → dollars of the requests that were sent in it, oldest first. */
  readonly #spent = new Map<number, number>();
  /** The dearest look so far: what the next one may cost. */
  #dearest: number;
  #heldUntil = Number.NEGATIVE_INFINITY;
  #nextPause = FIRST_PAUSE;
  #failures = 0;
  #restUntil = Number.NEGATIVE_INFINITY;
  #restingSince: number | null = null;

  constructor(config: EndpointConfig, clock: Clock) {
    this.#config = config;
    this.#clock = clock;
    this.#dearest = this.#cost(guess(config));
  }

  /** `null` when a request may be sent now. */
  pause(): Pause | null {
    const now = this.#clock.now();
    this.#forget(now);
    if (now < this.#heldUntil) return { by: 'server', ms: this.#heldUntil - now };
    if (now < this.#restUntil) return { by: 'failures', ms: this.#restUntil - now };
    const { maxRpm, maxUsd } = this.#config;
    const [oldest = now] = this.#sent;
    if (maxRpm > 0 && this.#sent.length >= maxRpm) return { by: 'maxRpm', ms: oldest + MINUTE - now };
    if (maxUsd > 0 && this.#total() + this.#dearest > maxUsd)
      return { by: 'maxUsd', ms: this.#untilFree(now) };
    return null;
  }

  begin(): Request {
    const now = this.#clock.now();
    if (this.#config.maxRpm > 0) this.#sent.push(now);
    const minute = Math.floor(now / MINUTE);
    let booked = 0;
    const book = (usd: number) => {
      const others = (this.#spent.get(minute) ?? 0) - booked;
      this.#spent.set(minute, Math.max(0, others + usd));
      booked = usd;
    };
    book(this.#dearest);
    return {
      settle: (usage) => {
        const cost = this.#cost(usage);
        book(cost);
        this.#dearest = Math.max(this.#dearest, cost);
      },
      refused: () => book(0),
    };
  }

  /** The server asked for a pause; `null`, or a time that is over: it did not say how long. Returns its length in milliseconds. */
  hold(askedMs: number | null): number {
    const isTold = askedMs !== null && askedMs > 0;
    const ms = Math.min(isTold ? askedMs : this.#nextPause, HOUR);
    if (!isTold) this.#nextPause = Math.min(2 * this.#nextPause, LONGEST_PAUSE);
    this.#heldUntil = Math.max(this.#heldUntil, this.#clock.now() + ms);
    return ms;
  }

  /** A look failed. Returns the rest that follows, milliseconds; 0 after a single failure. */
  failed(): number {
    this.#failures += 1;
    if (this.#failures === 1) return 0;
    const ms = Math.min(FIRST_REST * 2 ** (this.#failures - 2), LONGEST_PAUSE);
    const now = this.#clock.now();
    this.#restingSince ??= now;
    this.#restUntil = now + ms;
    return ms;
  }

  /** When the first of the rests in a row began, by the clock; `null` while the endpoint is well. */
  get restingSince(): number | null {
    return this.#restingSince;
  }

  /** A look was answered. True where there were rests before. */
  answered(): boolean {
    const rested = this.#failures > 1;
    this.#failures = 0;
    this.#restingSince = null;
    this.#nextPause = FIRST_PAUSE;
    return rested;
  }

  #cost({ input, output }: Usage): number {
    const { usdPerMillionInputTokens, usdPerMillionOutputTokens } = this.#config;
    return (input * usdPerMillionInputTokens + output * usdPerMillionOutputTokens) / 1e6;
  }

  #total(): number {
    return [...this.#spent.values()].reduce((sum, usd) => sum + usd, 0);
  }

  /** Until so much of the last hour is forgotten that one more look fits; an hour if none ever does. */
  #untilFree(now: number): number {
    let total = this.#total();
    for (const [minute, usd] of this.#spent) {
      total -= usd;
      if (total + this.#dearest <= this.#config.maxUsd) return forgottenAt(minute) - now;
    }
    return HOUR;
  }

  #forget(now: number): void {
    this.#sent = this.#sent.filter((time) => now - time < MINUTE);
    for (const minute of this.#spent.keys()) if (forgottenAt(minute) <= now) this.#spent.delete(minute);
  }
}

/** An hour after the end of the minute: a budget errs on the side of the purse. */
function forgottenAt(minute: number): number {
  return (minute + 1) * MINUTE + HOUR;
}

/** Before the first bill: 85 tokens a picture and 170 for each 512×512 tile of it (OpenAI's rule for GPT-4o), 400 of text. */
function guess({ width, height, framesPerClip, maxTokens }: EndpointConfig): Usage {
  const tiles = Math.ceil(width / 512) * Math.ceil(height / 512);
  return { input: 400 + framesPerClip * (85 + 170 * tiles), output: maxTokens };
}
