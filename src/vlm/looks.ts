import { BoothError } from '../errors.js';
import { type LookStats, NO_WORK } from './vlm.js';

/** Whether a session's looks came to anything. */
export class Looks {
  #seen = 0;
  #failed = 0;
  #last: BoothError | null = null;

  /** A look ended with a line or a silence; one that rested, as after failures of an endpoint, was none. */
  readonly ended = (stats: LookStats): void => {
    if (stats !== NO_WORK) this.#seen += 1;
  };

  /** Returns false where the last look has failed of the very same: a worker that died takes the looks of a pause along. */
  readonly failed = (error: BoothError): boolean => {
    const isNew = error !== this.#last;
    this.#failed += 1;
    this.#last = error;
    return isNew;
  };

  /** Why nothing was seen, where looks were made and every one failed: the last error, and fatal; else `null`. */
  get blindness(): BoothError | null {
    if (this.#seen > 0 || this.#last === null) return null;
    const { code, message } = this.#last;
    const tries = this.#failed === 1 ? 'the only look' : `each of ${this.#failed} looks`;
    return new BoothError(
      code,
      `Nothing could be seen of the video, so nothing was said: ${tries} failed. The last error: ${message}`,
      { cause: this.#last, policy: 'fatal' },
    );
  }
}
