import { afterEach, describe, expect, it, vi } from 'vitest';
import { openBooth } from '../../src/booth.js';
import { makeConfig } from '../../src/config.js';
import type { BoothError } from '../../src/errors.js';
import { loadVlm } from '../../src/vlm/load.js';
import { Deaths, workerDied } from '../../src/vlm/worker-deaths.js';
import { promptContext } from '../support/prompt-context.js';
import { ManualTime } from './openai/server.js';
import { clip, collect, tinyConfig } from './tiny.js';

const context = promptContext();
const entry = new URL('./mortal-worker.mjs', import.meta.url);
const LIVE = { looksPerSecond: 2 };

/** Its worker dies of the looks with these numbers; a look that is repeated has the next number. */
async function mortal(...lethal: readonly number[]) {
  vi.stubEnv('LETHAL', lethal.join());
  const time = new ManualTime();
  const warnings: BoothError[] = [];
  const onWarning = (error: BoothError) => warnings.push(error);
  const vlm = await loadVlm(tinyConfig, { entry, clock: time.clock, onWarning });
  return { vlm, time, warnings };
}

afterEach(() => vi.unstubAllEnvs());

describe('a session that has time, whose worker dies', () => {
  it('makes the look once more, and says nothing twice', async () => {
    const { vlm, warnings } = await mortal(1);
    const session = await vlm.open();
    const untroubled = await collect(session.look(clip(0), context));
    const troubled = await collect(session.look(clip(1), context));
    const texts = [untroubled, troubled].map((events) =>
      events.map((event) => (event.kind === 'silence' ? '' : event.text)),
    );
    expect(texts).toEqual([
      ['L', 'Look', 'Look 0', 'Look 0.'],
      ['L', 'Look', 'Look 2', 'Look 2.'],
    ]);
    expect(warnings).toMatchObject([
      { code: 'WORKER_DIED', message: expect.stringContaining('look 1 was too much') },
    ]);
    await vlm.close();
  });

  it('tells once of a death that took several looks along', async () => {
    const { vlm, warnings } = await mortal(0, 1);
    const looking = [await vlm.open(), await vlm.open()].map((each) => collect(each.look(clip(0), context)));
    expect((await Promise.all(looking)).map((events) => events.length)).toEqual([4, 4]);
    expect(warnings).toHaveLength(1);
    await vlm.close();
  });

  it('ends the run when the worker dies of the same look again', async () => {
    const { vlm, warnings } = await mortal(0, 1, 3);
    const session = await vlm.open();
    await expect(collect(session.look(clip(7), context))).rejects.toMatchObject({
      code: 'WORKER_DIED',
      policy: 'fatal',
      message: expect.stringMatching(/twice.* 3\.5 s .*look 1 was too much.* kept/),
    });
    expect(warnings).toHaveLength(1);
    // A look of its own may die once of its own.
    await collect(session.look(clip(8), context));
    await expect(collect(session.look(clip(9), context))).resolves.toHaveLength(4);
    await vlm.close();
  });

  it('ends the run when the model cannot be loaded again', async () => {
    const { vlm } = await mortal(0);
    const session = await vlm.open();
    vi.stubEnv('LOADING', 'No memory is left.');
    await expect(collect(session.look(clip(0), context))).rejects.toMatchObject({
      code: 'WORKER_DIED',
      policy: 'fatal',
      message: expect.stringContaining('No memory is left.'),
    });
    await vlm.close();
  });

  it('does not make a look again that was given up', async () => {
    const { vlm, warnings } = await mortal(0);
    const session = await vlm.open();
    const abort = new AbortController();
    for await (const _ of session.look(clip(0), context, abort.signal)) abort.abort();
    await expect(collect(session.look(clip(1), context))).resolves.not.toHaveLength(0);
    expect(warnings.length).toBeLessThanOrEqual(1);
    await vlm.close();
  });
});

describe('a live session whose worker dies', () => {
  const failure = (looking: Promise<unknown>) =>
    looking.then(
      () => null,
      (error: unknown) => error,
    );

  it('loses the looks of a pause, all to the one death, and goes on after it', async () => {
    const { vlm, time, warnings } = await mortal(0);
    const session = await vlm.open(LIVE);
    const look = () => collect(session.look(clip(0), context));
    const death = await failure(look());
    expect(death).toMatchObject({ code: 'WORKER_DIED', policy: 'restart' });
    for (const ms of [0, 499]) {
      time.pass(ms);
      await expect(failure(look())).resolves.toBe(death);
    }
    time.pass(1);
    await expect(look()).resolves.toHaveLength(4);
    expect(warnings).toEqual([]);
    await vlm.close();
  });

  it('pauses longer each time, until a look goes through', async () => {
    const { vlm, time } = await mortal(0, 1, 3);
    const session = await vlm.open(LIVE);
    const look = () => failure(collect(session.look(clip(0), context)));
    const first = await look();
    time.pass(500);
    const second = await look();
    expect(second).not.toBe(first);
    time.pass(999);
    await expect(look()).resolves.toBe(second);
    time.pass(1);
    await expect(look()).resolves.toBeNull();
    const fresh = await look();
    time.pass(499);
    await expect(look()).resolves.toBe(fresh);
    time.pass(1);
    await expect(look()).resolves.toBeNull();
    await vlm.close();
  });

  it('pauses as well when the model cannot be loaded again', async () => {
    const { vlm, time } = await mortal(0);
    const session = await vlm.open(LIVE);
    const look = () => failure(collect(session.look(clip(0), context)));
    await look();
    vi.stubEnv('LOADING', 'No memory is left.');
    time.pass(500);
    const second = await look();
    expect(second).toMatchObject({ code: 'WORKER_DIED', message: expect.stringContaining('No memory') });
    time.pass(999);
    await expect(look()).resolves.toBe(second);
    await vlm.close();
  });

  it('shares the pause with the others on its model, unless somebody has time', async () => {
    const { vlm } = await mortal(0);
    const [one, other, patient] = [await vlm.open(LIVE), await vlm.open(LIVE), await vlm.open()];
    const look = (session: typeof one) => failure(collect(session.look(clip(0), context)));
    const death = await look(one);
    await expect(look(other)).resolves.toBe(death);
    await expect(look(patient)).resolves.toBeNull();
    await expect(look(other)).resolves.toBeNull();
    await vlm.close();
  });
});

describe('the pauses after deaths', () => {
  it('double from half a second to half a minute, and begin anew once a look went through', () => {
    const time = new ManualTime();
    const deaths = new Deaths(time.clock);
    expect(deaths.resting).toBeNull();
    const pauses = Array.from({ length: 9 }, () => {
      const death = workerDied('struck by lightning');
      deaths.note(death);
      const since = time.clock.now();
      for (; deaths.resting === death; time.pass(500));
      return time.clock.now() - since;
    });
    expect(pauses).toEqual([500, 1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000, 30_000]);
    deaths.survived();
    deaths.note(workerDied('struck by lightning'));
    time.pass(500);
    expect(deaths.resting).toBeNull();
  });
});

describe('a run whose worker dies', () => {
  async function annotate(...lethal: readonly number[]) {
    const { vlm, warnings } = await mortal(...lethal);
    const booth = await openBooth({
      input: 'lavfi:testsrc2=size=96x64:rate=4:duration=3',
      mode: 'offline',
      config: makeConfig({ vlm: { ...tinyConfig }, speech: { engine: 'none' } }),
      vlm,
      onWarning: (error) => warnings.push(error),
    });
    const run = booth.run().finally(() => booth.close());
    return { run: run.finally(() => vlm.close()), booth, warnings };
  }

  it('loses nothing of a file, and tells of it once', async () => {
    const { run, warnings } = await annotate(1);
    const { stats } = (await run).tracks[0]!;
    expect([stats.ticks, stats.drops.inference]).toEqual([6, 0]);
    expect(warnings.map(({ code }) => code)).toEqual(['WORKER_DIED']);
  });

  it('ends at the look of a file of which it dies again', async () => {
    const { run, booth } = await annotate(2, 3);
    await expect(run).rejects.toMatchObject({ code: 'WORKER_DIED', policy: 'fatal' });
    expect(booth.stats().ticks).toBe(2);
  });
});
