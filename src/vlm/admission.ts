import { BoothError } from '../errors.js';

/** How much a new measurement moves the mean: about the last ten looks count. */
const WEIGHT = 0.1;

/**
 * Lets sessions onto a shared model until they would keep it busier than it can be without falling behind. The share of the time that
 * it is busy is what decides how long a look waits for others: at 0.8 about two looks on average (M/D/1 queue), near 1 without bound.
 */
export class Admission {
  readonly #name: string;
  readonly #maxLoad: number;
  /** Looks a second of those who are in and ask for any. */
  readonly #rates = new Set<{ readonly perSecond: number }>();
  #lookMs: number | null = null;

  /** `maxLoad`: share of the time that the model may be busy; 0 lets everybody in. */
  constructor(options: { readonly name: string; readonly maxLoad: number }) {
    this.#name = options.name;
    this.#maxLoad = options.maxLoad;
  }

  /** True when one more, who asks for so many looks a second, would be refused, or nobody knows yet how long a look takes. */
  doubts(perSecond: number): boolean {
    if (perSecond === 0 || this.#maxLoad === 0 || this.#rates.size === 0) return false;
    return this.#lookMs === null || this.#load(perSecond) > this.#maxLoad;
  }

  /** Milliseconds that one look kept the model busy. */
  measured(lookMs: number): void {
    this.#lookMs = this.#lookMs === null ? lookMs : this.#lookMs + WEIGHT * (lookMs - this.#lookMs);
  }

  /** Milliseconds that a look takes when nothing else is in its way: counts in place of all that was measured before. */
  measuredAtBest(lookMs: number): void {
    this.#lookMs = lookMs;
  }

  /**
   * Lets one more in, who asks for so many looks a second; returns what lets it out. The first always gets in: a model that is too
   * slow for a single stream drops clips; and so does who asks for none and waits. Raises CHANNELS_FULL.
   */
  admit(perSecond: number): () => void {
    if (perSecond === 0) return () => {};
    if (this.#lookMs !== null && this.doubts(perSecond)) throw this.#full(perSecond, this.#lookMs);
    const rate = { perSecond };
    this.#rates.add(rate);
    return () => void this.#rates.delete(rate);
  }

  #wanted(perSecond: number): number {
    return [...this.#rates].reduce((sum, rate) => sum + rate.perSecond, perSecond);
  }

  /** Share of the time that the model would be busy with one more. */
  #load(perSecond: number): number {
    return (this.#wanted(perSecond) * (this.#lookMs ?? 0)) / 1000;
  }

  #full(perSecond: number, lookMs: number): BoothError {
    const percent = (share: number) => `${Math.round(100 * share)} %`;
    const reckoning = `${this.#wanted(perSecond).toFixed(1)} looks a second of ${Math.round(lookMs)} ms each, which is ${percent(this.#load(perSecond))} of its time`;
    return new BoothError(
      'CHANNELS_FULL',
      `${this.#name} has no room for channel ${this.#rates.size + 1}: all together would ask for ${reckoning}, and vlm.maxLoad allows ${percent(this.#maxLoad)}. To let it in all the same, at the price of clips that are dropped, set BOOTH_VLM_MAX_LOAD=0 (vlm.maxLoad: 0). To make room, run fewer channels or languages, a smaller model or a faster device; a chat model also looks less often with a lower BOOTH_VLM_FPS.`,
    );
  }
}
