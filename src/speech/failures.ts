import type { BoothError } from '../errors.js';
import type { OnDrop } from '../media/drops.js';

/** Failures in a row before the user is told. */
export const FAILURES_BEFORE_WARNING = 3;

export type OnSpeechWarning = (error: BoothError) => void;

/** Counts lines that could not be spoken, and tells the user once per spell of failures. */
export class SpeechFailures {
  #inARow = 0;

  constructor(
    private readonly onDrop: OnDrop,
    private readonly onWarning: OnSpeechWarning = () => {},
  ) {}

  succeeded(): void {
    this.#inARow = 0;
  }

  failed(error: BoothError): void {
    this.onDrop('speech');
    this.#inARow += 1;
    if (this.#inARow === FAILURES_BEFORE_WARNING) this.onWarning(error);
  }
}
