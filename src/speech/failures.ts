import type { BoothError } from '../errors.js';
import type { OnDrop } from '../media/drops.js';

/** Failures in a row before the user is told, once the voice has worked. */
export const FAILURES_BEFORE_WARNING = 3;

export type OnSpeechWarning = (error: BoothError) => void;

/**
 * Counts lines that could not be spoken, and tells the user once per spell of failures: at once where nothing was
 * spoken yet (no audio device, say), and after some in a row where one bad line may be an accident.
 */
export class SpeechFailures {
  #inARow = 0;
  #patience = 1;

  constructor(
    private readonly onDrop: OnDrop,
    private readonly onWarning: OnSpeechWarning = () => {},
  ) {}

  succeeded(): void {
    this.#inARow = 0;
    this.#patience = FAILURES_BEFORE_WARNING;
  }

  failed(error: BoothError): void {
    this.onDrop('speech');
    this.#inARow += 1;
    if (this.#inARow === this.#patience) this.onWarning(error);
  }
}
