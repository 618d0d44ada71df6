import { describe, expect, it } from 'vitest';
import { BoothError } from '../../src/errors.js';
import type { Clip } from '../../src/media/clip.js';
import { withFallback } from '../../src/vlm/fallback.js';
import type { LookEvent, ModelInput, Vlm } from '../../src/vlm/vlm.js';
import { clip, collect, context, ManualTime } from './openai/server.js';

const FAR: ModelInput = { width: 64, height: 32, fps: 1, framesPerClip: 4 };
const NEAR: ModelInput = { width: 32, height: 16, fps: 1, framesPerClip: 2 };

/** A model of which the test knows what it was shown, and whether it answers. */
class ToldVlm implements Vlm {
  readonly info;
  readonly shown: Clip[] = [];
  closed = 0;
  failure: BoothError | null = null;

  constructor(name: string, input: ModelInput) {
    this.info = {
      name,
      family: 'told',
      device: 'here',
      dtype: 'none',
      input,
      languages: ['en'],
      takesInstructions: true,
    };
  }

  async open() {
    return { look: (clip: Clip) => this.#look(clip), close: async () => void this.closed++ };
  }

  async close() {
    this.closed++;
  }

  async *#look(clip: Clip): AsyncGenerator<LookEvent> {
    this.shown.push(clip);
    const { name } = this.info;
    yield { kind: 'text', text: name, confidence: 1 };
    if (this.failure) throw this.failure;
    const stats = { visionMs: 0, prefillMs: 0, decodeMs: 0, tokens: 1, context: 0 };
    yield { kind: 'end', text: `${name} ${clip.seq}.`, confidence: 1, stats };
  }
}

async function setUp() {
  const far = new ToldVlm('far', FAR);
  const near = new ToldVlm('near', NEAR);
  const time = new ManualTime();
  const warnings: string[] = [];
  const both = withFallback(far, near, {
    onWarning: ({ message }) => warnings.push(message),
    clock: time.clock,
  });
  const session = await both.open();
  const answer = async (seq: number) => {
    const last = (await collect(session.look(clip(seq), context))).at(-1);
    return last?.kind === 'end' ? `${last.model}: ${last.text}` : last?.kind;
  };
  return { far, near, time, warnings, both, session, answer };
}

const down = new BoothError('INFERENCE_FAILED', 'The line is dead.');

describe('withFallback', () => {
  it('wants the pace of the second and the size of the first', async () => {
    const { both } = await setUp();
    expect(both.info.name).toBe('far');
    expect(both.info.input).toEqual({ width: 64, height: 32, fps: 1, framesPerClip: 2 });
  });

  it('asks the first at its own pace and is silent in between', async () => {
    const { answer, far, near } = await setUp();
    const answers = [];
    for (let seq = 0; seq < 5; seq++) answers.push(await answer(seq));
    expect(answers).toEqual(['far: far 0.', 'silence', 'far: far 2.', 'silence', 'far: far 4.']);
    expect(far.shown).toHaveLength(3);
    expect(near.shown).toHaveLength(0);
  });

  it('gives the clip that the first fails at to the second, in its size', async () => {
    const { answer, far, near, warnings } = await setUp();
    far.failure = down;
    await expect(answer(0)).resolves.toBe('near: near 0.');
    const [frame] = near.shown[0]!.frames;
    expect(frame).toMatchObject({ width: 32, height: 16, pts: 0 });
    expect(frame!.pixels).toEqual(new Uint8Array(32 * 16 * 3).fill(40));
    expect(warnings).toEqual(['The line is dead. near speaks until far answers again.']);
  });

  it('asks the first again at growing intervals, and goes back to it when it answers', async () => {
    const { answer, far, time, warnings } = await setUp();
    far.failure = down;
    await answer(0);
    const asked: number[] = [];
    for (let second = 1; second <= 40; second++) {
      time.pass(1_000);
      const before = far.shown.length;
      await answer(second);
      if (far.shown.length > before) asked.push(second);
    }
    expect(asked).toEqual([5, 15, 35]);
    far.failure = null;
    time.pass(40_000);
    await expect(answer(50)).resolves.toBe('far: far 50.');
    await expect(answer(52)).resolves.toBe('far: far 52.');
    expect(warnings).toEqual([
      expect.stringContaining('near speaks'),
      expect.stringContaining('answers again'),
    ]);
  });

  it('survives a first that fails for good, and passes the failures of the second on', async () => {
    const { answer, far, near } = await setUp();
    far.failure = new BoothError('CONFIG_INVALID', 'The key is gone.');
    await expect(answer(0)).resolves.toBe('near: near 0.');
    near.failure = down;
    await expect(answer(1)).rejects.toBe(down);
    near.failure = null;
    await expect(answer(2)).resolves.toBe('near: near 2.');
  });

  it('closes both', async () => {
    const { session, both, far, near } = await setUp();
    await session.close();
    await both.close();
    expect([far.closed, near.closed]).toEqual([2, 2]);
  });
});
