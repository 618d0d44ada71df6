import { type Clock, systemClock } from '../media/time.js';
import type { Sight } from './families/family.js';
import type { Model } from './model.js';
import type { VisionBlock } from './prompt.js';
import { asVideo } from './vision.js';

/** What a look wants seen: told before it waits for its turn, so that one whose turn comes first may have it seen in the same run. */
interface Wish {
  readonly sight: Sight;
  readonly cancelled: () => boolean;
  /** Set by whoever had it seen. */
  seen?: Seen;
}

interface Seen {
  readonly blocks: VisionBlock[];
  /** This look's share of the run, in milliseconds. */
  readonly workedMs: number;
}

/**
 * Hands one thing to one taker at a time, in the order of asking. Bound: each taker waits for one turn at most, and wishes for one thing
 * meanwhile.
 */
export class Turns {
  /** Turns are timed by it. */
  readonly clock: Clock;
  /** Of those who wait, in the order of asking. */
  readonly wishes = new Set<Wish>();
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
  /**
   * Ends a turn that a look left open, and tells how long the model has worked since the last call, in milliseconds, without the waiting. What
   * several looks had in common is divided among them.
   */
  endLook(): number;
}

/**
 * `model` for one session of several. Seeing a clip and reading it is one turn, so that a look that ends in silence, as most do, goes
 * through at once; each run for the tokens of a line is a turn of its own, so that nobody waits for the end of somebody else's line. A look
 * whose turn it is has seen what others wait to see as well, as far as one run of the vision encoder takes it in.
 */
export function inTurns(model: Model, turns: Turns): SharedModel {
  const { clock, wishes } = turns;
  let end: (() => void) | undefined;
  let startedAt = 0;
  let workedMs = 0;

  const begin = async () => {
    if (end !== undefined) return;
    end = await turns.take();
    startedAt = clock.now();
  };
  const finish = () => {
    if (end === undefined) return;
    workedMs += clock.now() - startedAt;
    end();
    end = undefined;
  };
  const seeTogether = async (own: Wish): Promise<Seen> => {
    const others = [...wishes].filter(({ seen, cancelled }) => seen === undefined && !cancelled());
    const together = [own, ...others];
    const sights = together.map(({ sight }) => sight);
    const since = clock.now();
    const [first = [], ...further] = await model.encodeEach(sights, () =>
      together.every(({ cancelled }) => cancelled()),
    );
    const share = (clock.now() - since) / (1 + further.length);
    for (const [at, blocks] of further.entries()) (others[at] as Wish).seen = { blocks, workedMs: share };
    // All of the run is in this turn, and each look counts its own share.
    workedMs -= share * (1 + further.length);
    return { blocks: first, workedMs: share };
  };
  const encode: Model['encode'] = async (sight, cancelled = () => false) => {
    const wish: Wish = { sight, cancelled };
    wishes.add(wish);
    await begin();
    wishes.delete(wish);
    const seen = wish.seen ?? (await seeTogether(wish));
    workedMs += seen.workedMs;
    return seen.blocks;
  };

  return {
    model: {
      ...model,
      encode,
      see(pictures, cancelled) {
        const since = clock.now();
        return asVideo(model, pictures, (sight) => {
          workedMs += clock.now() - since;
          return encode(sight, cancelled);
        });
      },
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
