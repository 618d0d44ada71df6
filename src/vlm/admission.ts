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

  /** True when somebody is in already and nobody knows yet how long a look takes. */
  get needsMeasure(): boolean {
    return this.#maxLoad > 0 && this.#lookMs === null && this.#rates.size > 0;
  }

  /** Milliseconds that one look kept the model busy. */
  measured(lookMs: number): void {
    this.#lookMs = this.#lookMs === null ? lookMs : this.#lookMs + WEIGHT * (lookMs - this.#lookMs);
  }

  /**
   * Lets one more in, who asks for so many looks a second; returns what lets it out. The first always gets in: a model that is too
   * slow for a single stream drops clips; and so does who asks for none and waits. Raises CHANNELS_FULL.
   */
  admit(perSecond: number): () => void {
    if (perSecond === 0) return () => {};
    const wanted = [...this.#rates].reduce((sum, rate) => sum + rate.perSecond, perSecond);
    const load = (wanted * (this.#lookMs ?? 0)) / 1000;
    if (this.#maxLoad > 0 && this.#rates.size > 0 && load > this.#maxLoad) throw this.#full(wanted, load);
    const rate = { perSecond };
    this.#rates.add(rate);
    return () => void this.#rates.delete(rate);
  }

  #full(wanted: number, load: number): BoothError {
    const percent = (share: number) => `${Math.round(100 * share)} %`;
    return new BoothError(
      'CHANNELS_FULL',
      `${this.#name} has no room for channel ${this.#rates.size + 1}: all together would ask for ${wanted.toFixed(1)} looks a second of ${Math.round(this.#lookMs ?? 0)} ms each, which is ${percent(load)} of its time, and vlm.maxLoad allows ${percent(this.#maxLoad)}. Run fewer channels, a smaller model or a faster device, or raise vlm.maxLoad.`,
    );
  }
}
