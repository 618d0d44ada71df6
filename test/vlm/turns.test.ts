import { describe, expect, it } from 'vitest';
import type { Sight } from '../../src/vlm/families/family.js';
import type { Model } from '../../src/vlm/model.js';
import type { Context } from '../../src/vlm/reading.js';
import { inTurns, type SharedModel, Turns } from '../../src/vlm/turns.js';

const context: Context = {
  cache: {
    length: 0,
    read: () => Promise.reject(new Error('nothing is read here')),
    first: () => context.cache,
  },
  next: 0,
};
const sight: Sight = { kind: 'video', runs: [], placeholder: '', expansions: [], pad: '', blocks: [] };
type Shown = Pick<Model, 'encodeEach' | 'extend'>;

/** Writes down what runs, in order, and fails when two things run at once. */
function logged(): { log: string[]; modelOf: (name: string) => Shown } {
  const log: string[] = [];
  let running = false;
  const run = async <Result>(what: string, result: Result): Promise<Result> => {
    expect(running).toBe(false);
    running = true;
    log.push(what);
    await Promise.resolve();
    running = false;
    return result;
  };
  return {
    log,
    modelOf: (name) => ({
      encodeEach: () => run(`${name} sees`, [[]]),
      extend: () => run(`${name} reads`, { logits: new Float32Array(1), context }),
    }),
  };
}

/** Encodes at most `most` sights in a run, 10 ms each; a block of so many tokens tells which sight it is. */
function sharing(most: number) {
  let now = 0;
  const turns = new Turns({ now: () => now });
  const runs: number[][] = [];
  const encodeEach: Model['encodeEach'] = async (sights, cancelled) => {
    const seen = sights.slice(0, most);
    runs.push(seen.map(({ blocks }) => blocks[0]?.tokens ?? 0));
    now += 10 * seen.length;
    if (cancelled?.()) throw new Error('ended on its way');
    return seen.map(({ blocks }) => blocks.map((block) => ({ ...block, features: new Float32Array(1) })));
  };
  const extend: Model['extend'] = async () => {
    now += 1;
    return { logits: new Float32Array(1), context };
  };
  const shown: Shown = { encodeEach, extend };
  /** Sees sight `tokens` and reads it; which sight it was given, and how long the model worked for that. */
  const look = async (tokens: number, cancelled?: () => boolean) => {
    const { model, endLook } = inTurns(shown as Model, turns);
    try {
      const [block] = await model.encode({ ...sight, blocks: [{ tokens }] }, cancelled);
      await model.extend(context, [{ ids: [1] }]);
      return { tokens: block?.tokens, workedMs: endLook() };
    } catch (error) {
      endLook();
      throw error;
    }
  };
  return { turns, runs, look };
}

describe('sessions that wait for a turn', () => {
  it('find seen what went in the run of one before them, and count their share of it', async () => {
    const { runs, look } = sharing(3);
    const looks = await Promise.all([1, 2, 3, 4, 5].map((tokens) => look(tokens)));
    expect(runs).toEqual([
      [1, 2, 3],
      [4, 5],
    ]);
    expect(looks).toEqual([1, 2, 3, 4, 5].map((tokens) => ({ tokens, workedMs: 11 })));
  });

  it('see each for itself where one fills a run', async () => {
    const { runs, look } = sharing(1);
    await Promise.all([1, 2, 3].map((tokens) => look(tokens)));
    expect(runs).toEqual([[1], [2], [3]]);
  });

  it('are not waited for by one that comes alone', async () => {
    const { runs, look } = sharing(8);
    await look(1);
    await look(2);
    expect(runs).toEqual([[1], [2]]);
  });

  it('are left out once they are cancelled, and leave nothing behind', async () => {
    const { turns, runs, look } = sharing(8);
    const [, cancelled] = await Promise.allSettled([look(1), look(2, () => true), look(3)]);
    expect(runs[0]).toEqual([1, 3]);
    expect(runs).toHaveLength(2);
    expect(cancelled?.status).toBe('rejected');
    expect(turns.wishes.size).toBe(0);
  });

  it('are seen all the same when the one whose turn it is was cancelled', async () => {
    const { runs, look } = sharing(8);
    const looks = await Promise.all([look(1, () => true), look(2)]);
    expect(runs).toEqual([[1, 2]]);
    expect(looks.map(({ tokens }) => tokens)).toEqual([1, 2]);
  });

  it('may be cancelled when they are seen already', async () => {
    const { turns, runs, look } = sharing(8);
    let gone = false;
    const first = look(1).then(() => {
      gone = true;
    });
    const looks = await Promise.all([first, look(2, () => gone), look(3)]);
    expect(runs).toEqual([[1, 2, 3]]);
    expect(looks).toHaveLength(3);
    expect(turns.wishes.size).toBe(0);
  });
});

/** One look: sees, reads, and says `tokens` tokens. */
async function look({ model, endLook }: SharedModel, tokens: number): Promise<void> {
  await model.encode(sight);
  for (let token = 0; token <= tokens; token++) await model.extend(context, [{ ids: [1] }]);
  endLook();
}

describe('sessions that share a model', () => {
  it('work one at a time, each clip seen and read at once, and take turns with the tokens of their lines', async () => {
    const { log, modelOf } = logged();
    const turns = new Turns();
    const shared = ['a', 'b'].map((name) => inTurns(modelOf(name) as Model, turns));
    await Promise.all(shared.map((each) => look(each, 2)));
    expect(log).toEqual([
      ...['a sees', 'a reads', 'b sees', 'b reads'],
      ...['a reads', 'b reads', 'a reads', 'b reads'],
    ]);
  });

  it('get as many turns each, however long the lines of one are', async () => {
    const { log, modelOf } = logged();
    const turns = new Turns();
    const [talker, ...silent] = ['talker', 'one', 'two'].map((name) =>
      inTurns(modelOf(name) as Model, turns),
    );
    const talking = look(talker as SharedModel, 40);
    for (let tick = 0; tick < 10; tick++) await Promise.all(silent.map((each) => look(each, 0)));
    const soFar = log.filter((entry) => entry === 'talker reads').length;
    expect(soFar).toBeLessThanOrEqual(12);
    await talking;
    expect(log.filter((entry) => entry === 'talker reads')).toHaveLength(41);
  });

  it('go on when one of them fails in its turn', async () => {
    const { log, modelOf } = logged();
    const turns = new Turns();
    const broken: Shown = {
      encodeEach: () => Promise.reject(new Error('the pictures are broken')),
      extend: () => Promise.reject(new Error('out of memory')),
    };
    const failing = inTurns(broken as Model, turns);
    const sound = inTurns(modelOf('sound') as Model, turns);
    await expect(failing.model.encode(sight)).rejects.toThrow('the pictures are broken');
    const waiting = look(sound, 0);
    failing.endLook();
    await waiting;
    await expect(failing.model.extend(context, [])).rejects.toThrow('out of memory');
    await look(sound, 0);
    expect(log).toHaveLength(4);
  });

  it('are told how long the model worked for them, without their waiting', async () => {
    let now = 0;
    const turns = new Turns({ now: () => now });
    const { encodeEach, extend } = logged().modelOf('slow');
    const takes = async <Result>(ms: number, run: Promise<Result>): Promise<Result> => {
      const result = await run;
      now += ms;
      return result;
    };
    const slow: Shown = {
      encodeEach: (...what) => takes(20, encodeEach(...what)),
      extend: (...what) => takes(3, extend(...what)),
    };
    const { model, endLook } = inTurns(slow as Model, turns);
    const end = await turns.take();
    const seeing = model.encode(sight);
    now += 1_000;
    end();
    await seeing;
    for (let token = 0; token < 3; token++) {
      await model.extend(context, [{ ids: [1] }]);
      now += 500;
    }
    expect(endLook()).toBe(20 + 3 * 3);
    expect(endLook()).toBe(0);
  });
});
