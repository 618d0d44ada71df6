import { afterEach, describe, expect, it } from 'vitest';
import type { Runtime } from '../../src/onnx/runtime.js';
import { isStreaming, loadModel, type StreamingModel } from '../../src/vlm/model.js';
import { StreamingSession } from '../../src/vlm/strategies/streaming.js';
import { promptContext } from '../support/prompt-context.js';
import { counting } from './counting-vision.js';
import { collect, golden, picture, TINY } from './tiny.js';

const prompt = promptContext({ lang: golden.lang, recent: golden.memory });

describe('the features of pictures that come again', () => {
  let model: StreamingModel | undefined;
  afterEach(() => model?.dispose());

  async function load(runtime: Runtime): Promise<StreamingModel> {
    const loaded = await loadModel(TINY, { device: 'cpu', threads: 1, dtype: 'auto' }, runtime);
    if (!isStreaming(loaded)) throw new TypeError('the tiny model streams');
    model = loaded;
    return loaded;
  }
  const look = async (session: StreamingSession, index: number) =>
    (await collect(session.look([picture(index), picture(index + 1)], prompt, () => false))).map((event) => ({
      ...event,
      stats: undefined,
    }));

  it('are computed once for a video that stands still', async () => {
    const { runtime, seen } = counting();
    const session = new StreamingSession(await load(runtime));
    for (let tick = 0; tick < 4; tick++) await look(session, 0);
    expect(seen()).toBe(1);
    await look(session, 2);
    expect(seen()).toBe(2);
  });

  it('are shared by the sessions that look at one video, and change nothing of what is said', async () => {
    const { runtime, seen } = counting();
    const loaded = await load(runtime);
    const [one, other] = [new StreamingSession(loaded), new StreamingSession(loaded)];
    for (const index of [0, 2, 4]) expect(await look(other, index)).toEqual(await look(one, index));
    expect(seen()).toBe(3);
  });
});
