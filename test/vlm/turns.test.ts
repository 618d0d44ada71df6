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
