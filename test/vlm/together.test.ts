import { afterEach, describe, expect, it } from 'vitest';
import { DEFAULTS } from '../../src/config.js';
import type { Runtime } from '../../src/onnx/runtime.js';
import { answerSettings } from '../../src/vlm/decoding/settings.js';
import type { Sight } from '../../src/vlm/families/family.js';
import { loadModel, type Model, type ModelOptions } from '../../src/vlm/model.js';
import { Turns } from '../../src/vlm/turns.js';
import type { LookEvent } from '../../src/vlm/vlm.js';
import { WorkerSession } from '../../src/vlm/worker-session.js';
import { promptContext } from '../support/prompt-context.js';
import { counting } from './counting-vision.js';
import { fixture } from './families/golden.js';
import { patterned } from './images/pictures.js';
import { golden, picture, TINY } from './tiny.js';

const loaded: Model[] = [];
afterEach(async () => {
  await Promise.all(loaded.splice(0).map((model) => model.dispose()));
});

async function load(path: string, runtime: Runtime, mostTogether?: number): Promise<Model> {
  const options: ModelOptions = {
    device: 'cpu',
    threads: 1,
    dtype: 'auto',
    ...(mostTogether && { mostTogether }),
  };
  const model = await loadModel(path, options, runtime);
  loaded.push(model);
  return model;
}

/** A clip as the `history` strategy shows it, and one of half as many frames. */
function clips({ family, folder }: Model, seed: number): Sight[] {
  const { width, height, framesPerTick, fps } = folder.manifest.input;
  return [framesPerTick, framesPerTick, framesPerTick / 2].map((frames, clip) => {
    const shown = Array.from({ length: frames }, (_, at) => patterned(width, height, seed + 10 * clip + at));
    return family.video?.(shown, { fps }) ?? family.images(shown);
  });
}

const features = (blocks: readonly { features: Float32Array }[]) => blocks.map((block) => block.features);

async function oneByOne(model: Model, sights: readonly Sight[]): Promise<Float32Array[][]> {
  const all: Float32Array[][] = [];
  for (const sight of sights) all.push(features(await model.encode(sight)));
  return all;
}

/** How far features of a joint run lie from those of single ones, of up to 4 in size: Qwen's masks of whole runs add up in another order. */
const FURTHEST: Readonly<Record<string, number>> = {
  qwen2_5_vl: 0,
  'qwen2_5_vl-hub': 1e-5,
  qwen2_vl: 1e-5,
  llava: 0,
  llava_onevision: 0,
  llava_qwen2: 0,
  idefics3: 0,
  smolvlm: 0,
};

describe.each(Object.entries(FURTHEST))('sights of tiny-%s', (name, furthest) => {
  it(`in one run become what they become one by one, ${furthest === 0 ? 'to the bit' : `within ${furthest}`}`, async () => {
    const { runtime, seen } = counting();
    const model = await load(fixture(name), runtime, 8);
    // The first joint run is made singly as well.
    await model.encodeEach(clips(model, 500));
    const before = seen();
    const sights = clips(model, 0);
    const together = await model.encodeEach(sights);
    expect(seen()).toBe(before + 1);

    const single = await load(fixture(name), runtime);
    expect(apart(together.map(features), await oneByOne(single, sights))).toBeLessThanOrEqual(furthest);
  });
});

describe('the vision encoder of a model', () => {
  it('sees one by one on a processor, unless told otherwise', async () => {
    const { runtime, seen } = counting();
    const model = await load(fixture('llava'), runtime);
    const sights = clips(model, 0);
    expect(await model.encodeEach(sights)).toHaveLength(1);
    expect(seen()).toBe(sights[0]?.runs.length);
  });

  it('runs once for clips that are the same, and not at all for those that it knows', async () => {
    const { runtime, seen } = counting();
    const model = await load(TINY, runtime, 8);
    const [one, other] = clips(model, 0) as [Sight, Sight];
    await model.encodeEach([one, one, one]);
    expect(seen()).toBe(1);
    await model.encodeEach([one, other]);
    expect(seen()).toBe(2);
  });

  it('takes no more in one run than eight mebibytes of pixels', async () => {
    const model = await load(fixture('llava_qwen2'), counting().runtime, 8);
    const [clip] = clips(model, 0) as [Sight];
    expect(await model.encodeEach(Array(6).fill(clip))).toHaveLength(5);
  });

  it('sees by itself what has another size, whose error is its own', async () => {
    const model = await load(fixture('llava'), counting().runtime, 8);
    const [clip, other] = clips(model, 0) as [Sight, Sight];
    const pixel_values = { type: 'float32', dims: [1, 3, 8, 8], data: new Float32Array(192) } as const;
    const odd: Sight = { ...other, runs: [{ pixel_values }] };
    expect(await model.encodeEach([clip, odd, clip])).toHaveLength(1);
    await expect(model.encodeEach([odd, clip])).rejects.toMatchObject({ code: 'INFERENCE_FAILED' });
    expect(await model.encodeEach([clip, other])).toHaveLength(2);
  });

  it('that takes one picture at a time is given one at a time, after the first try', async () => {
    const { runtime, seen } = counting(({ pixel_values }) => {
      if (pixel_values?.dims[0] !== 1) throw new Error('the batch is held to one');
    });
    const model = await load(fixture('llava'), runtime, 8);
    const sights = clips(model, 0);
    expect(await model.encodeEach(sights)).toHaveLength(1);
    const before = seen();
    expect(await model.encodeEach(sights.slice(1))).toHaveLength(1);
    expect(seen() - before).toBe(sights[1]?.runs.length);
  });
});

describe('sessions whose model sees several clips in one run', () => {
  const answers = answerSettings(DEFAULTS);
  const context = promptContext({ lang: golden.lang, recent: golden.memory });
  const frames = (channel: number, seq: number) => [0, 1].map((at) => picture(40 * channel + 2 * seq + at));

  function newSessions(model: Model, count: number) {
    const turns = new Turns();
    const sessions = Array.from({ length: count }, () => new WorkerSession(model, turns, answers));
    return { turns, sessions };
  }

  /** What comes of a look, but how long it took. */
  async function look(session: WorkerSession, channel: number, seq: number, cancel = new Int32Array(1)) {
    const events: object[] = [];
    const request = {
      kind: 'look',
      look: seq,
      session: channel,
      pictures: frames(channel, seq),
      context,
      cancel,
    } as const;
    await session.look(request, (event: LookEvent) => events.push({ ...event, stats: undefined }));
    return events;
  }

  it('say what each says alone, for fewer runs than looks', async () => {
    const { runtime, seen } = counting();
    const model = await load(TINY, runtime, 8);
    const { sessions } = newSessions(model, 4);
    const together: object[][][] = [];
    const runs: number[] = [];
    for (const seq of [0, 1, 2, 3]) {
      const before = seen();
      together.push(await Promise.all(sessions.map((session, channel) => look(session, channel, seq))));
      runs.push(seen() - before);
    }
    expect(runs).toEqual([1 + 4, 1, 1, 1]);

    const alone: object[][][] = [[], [], [], []];
    const { sessions: singly } = newSessions(await load(TINY, counting().runtime), 4);
    for (const [channel, session] of singly.entries())
      for (const seq of [0, 1, 2, 3]) alone[seq]?.push(await look(session, channel, seq));
    expect(together).toEqual(alone);
    expect(together.flat(2)).not.toHaveLength(0);
  });

  it('end in silence when they are cancelled while they wait, and the others go on', async () => {
    const { runtime } = counting();
    const { turns, sessions } = newSessions(await load(TINY, runtime, 8), 3);
    const cancel = new Int32Array(1);
    const end = await turns.take();
    const looks = Promise.all(
      sessions.map((session, channel) => look(session, channel, 0, channel === 1 ? cancel : undefined)),
    );
    while (turns.wishes.size < 3) await new Promise(setImmediate);
    cancel[0] = 1;
    end();
    const [one, cancelled, other] = await looks;
    expect(cancelled).toEqual([]);
    expect([one, other].every((events) => events !== undefined && events.length > 0)).toBe(true);
    expect(turns.wishes.size).toBe(0);
  });
});

/** The furthest that any feature lies from its counterpart. */
function apart(one: readonly Float32Array[][], other: readonly Float32Array[][]): number {
  expect(one.map((blocks) => blocks.map(({ length }) => length))).toEqual(
    other.map((blocks) => blocks.map(({ length }) => length)),
  );
  const flat = other.flat().flatMap((block) => [...block]);
  return one
    .flat()
    .flatMap((block) => [...block])
    .reduce((far, value, at) => Math.max(far, Math.abs(value - (flat[at] as number))), 0);
}
