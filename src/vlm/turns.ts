import { type Clock, systemClock } from '../media/time.js';
import type { Model } from './model.js';

/** Hands one thing to one taker at a time, in the order of asking. Bound: each taker waits for one turn at most. */
export class Turns {
  /** Turns are timed by it. */
  readonly clock: Clock;
  #last: Promise<void> = Promise.resolve();

  constructor(clock: Clock = systemClock) {
    this.clock = clock;
  }

  /** Resolves when it is the caller's turn, with what ends the turn. */
  async take(): Promise<() => void> {
    const before = this.#last;
    let end = () => {};
    this.#last = new Promise((resolve) => {
      end = resolve;
    });
    await before;
    return end;
  }
}

/** A model that is shared by taking turns. */
export interface SharedModel {
  readonly model: Model;
  /** Ends a turn that a look left open, and tells how long the model has worked since the last call, in milliseconds, without the waiting. */
  endLook(): number;
}

/**
 * `model` for one session of several. Seeing a clip and reading it is one turn, so that a look that ends in silence, as most do, goes
 * through at once; each run for the tokens of a line is a turn of its own, so that nobody waits for the end of somebody else's line.
 */
export function inTurns(model: Model, turns: Turns): SharedModel {
  let end: (() => void) | undefined;
  let startedAt = 0;
  let workedMs = 0;

  const begin = async () => {
    if (end !== undefined) return;
    end = await turns.take();
    startedAt = turns.clock.now();
  };
  const finish = () => {
    if (end === undefined) return;
    workedMs += turns.clock.now() - startedAt;
    end();
    end = undefined;
  };
  const seeing = async <Seen>(see: () => Promise<Seen>): Promise<Seen> => {
    await begin();
    return see();
  };

  return {
    model: {
      ...model,
      see: (...what) => seeing(() => model.see(...what)),
      encode: (...what) => seeing(() => model.encode(...what)),
      async extend(...what) {
        await begin();
        return model.extend(...what).finally(finish);
      },
      async extendEach(...what) {
        await begin();
        return model.extendEach(...what).finally(finish);
      },
    },
    endLook() {
      finish();
      const worked = workedMs;
      workedMs = 0;
      return worked;
    },
  };
}
