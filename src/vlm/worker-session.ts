import type { AnswerSettings } from './decoding/settings.js';
import type { Model } from './model.js';
import { newStrategy } from './strategies/registry.js';
import type { Strategy } from './strategies/strategy.js';
import { inTurns, type SharedModel, type Turns } from './turns.js';
import type { LookEvent } from './vlm.js';
import type { LookRequest } from './worker-protocol.js';

/** One stream of a model that others use as well. Its looks go one after another, in turns with those of the others. */
export class WorkerSession {
  readonly #shared: SharedModel;
  readonly #strategy: Strategy;
  #looks: Promise<void> = Promise.resolve();

  constructor(model: Model, turns: Turns, answers: AnswerSettings) {
    this.#shared = inTurns(model, turns);
    this.#strategy = newStrategy(this.#shared.model, answers);
  }

  /**
   * Looks once the looks before have ended; `onEvent` is told what comes of it. Resolves with the milliseconds that the model worked for it. Bound:
   * the main thread asks for one look at a time, and an aborted one may still be ending.
   */
  look(request: LookRequest, onEvent: (event: LookEvent) => void): Promise<number> {
    const looked = this.#looks.then(() => this.#look(request, onEvent));
    this.#looks = looked.then(
      () => undefined,
      () => undefined,
    );
    return looked;
  }

  /** Resolves when no look is running. */
  idle(): Promise<void> {
    return this.#looks;
  }

  async #look(
    { pictures, context, cancel }: LookRequest,
    onEvent: (event: LookEvent) => void,
  ): Promise<number> {
    const cancelled = () => Atomics.load(cancel, 0) !== 0;
    try {
      if (!cancelled())
        for await (const event of this.#strategy.look(pictures, context, cancelled)) onEvent(event);
    } catch (error) {
      this.#shared.endLook();
      throw error;
    }
    return this.#shared.endLook();
  }
}
