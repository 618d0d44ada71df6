import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DEFAULTS } from '../../src/config.js';
import type { Clip } from '../../src/media/clip.js';
import { loadVlm } from '../../src/vlm/load.js';
import type { Vlm, VlmSession } from '../../src/vlm/vlm.js';
import { promptContext } from '../support/prompt-context.js';
import { collect } from './tiny.js';

/** More than a window of the bundled model. */
const TICKS = 22;
const config = { ...DEFAULTS.vlm, device: 'cpu', threads: 1 } as const;

describe('many channels on the bundled model', () => {
  let vlm: Vlm;
  beforeAll(async () => {
    vlm = await loadVlm(config);
  });
  afterAll(() => vlm.close());

  it('say the same to the bit as each says alone', async () => {
    const channels = [0, 1];
    const alone: string[] = [];
    for (const channel of channels) alone.push(await watched(await vlm.open(), channel, TICKS));
    const together = await Promise.all(channels.map(async (each) => watched(await vlm.open(), each, TICKS)));
    expect(together).toEqual(alone);
    expect(new Set(alone).size).toBe(channels.length);
  });

  it('leave the others alone when one fails, is aborted or is closed', async () => {
    const alone = await watched(await vlm.open(), 0, 6);
    const [calm, failing, aborted, closed] = await Promise.all(Array.from({ length: 4 }, () => vlm.open()));
    const watching = watched(calm as VlmSession, 0, 6);
    const refused = collect((failing as VlmSession).look(clip(1, 0), promptContext({ lang: 'tlh' })));
    await expect(refused).rejects.toMatchObject({ code: 'CONFIG_INVALID' });
    const abort = new AbortController();
    const looking = collect((aborted as VlmSession).look(clip(2, 0), promptContext(), abort.signal));
    const ending = collect((closed as VlmSession).look(clip(3, 0), promptContext()));
    abort.abort();
    await Promise.all([(closed as VlmSession).close(), looking, ending]);
    expect(await watching).toBe(alone);
  });

  it('come to their turns alike while all of them ask without a pause', async () => {
    const sessions = await Promise.all(Array.from({ length: 4 }, () => vlm.open()));
    const looks = sessions.map(() => 0);
    const spread: number[] = [];
    await Promise.all(
      sessions.map(async (session, channel) => {
        for (let seq = 0; seq < 8; seq++) {
          await collect(session.look(clip(channel, seq), promptContext()));
          looks[channel] = seq + 1;
          spread.push(Math.max(...looks) - Math.min(...looks));
        }
      }),
    );
    // Looks differ in length by their lines; nobody is ever two rounds behind.
    expect(Math.max(...spread.slice(0, -3))).toBeLessThanOrEqual(2);
  });

  it('are refused before they would be late, with what was measured, and let in when there is room again', async () => {
    const live: VlmSession[] = [];
    const looksPerSecond = 2;
    const full = await (async () => {
      for (;;) live.push(await vlm.open({ looksPerSecond }));
    })().catch((error: unknown) => error);
    expect(full).toMatchObject({ code: 'CHANNELS_FULL', stage: 'vlm' });
    expect(live.length).toBeGreaterThanOrEqual(1);
    await expect(vlm.open()).resolves.toBeDefined();
    // Half of them: a look may be measured slower than before, on a machine that others use.
    await Promise.all(live.splice(Math.floor(live.length / 2)).map((session) => session.close()));
    live.push(await vlm.open({ looksPerSecond }));
    await Promise.all(live.map((session) => session.close()));
  });
});

/** Everything that came of the first `ticks` looks of a channel, but how long it took. */
async function watched(session: VlmSession, channel: number, ticks: number): Promise<string> {
  const all: (readonly object[])[] = [];
  const recent: string[] = [];
  for (let seq = 0; seq < ticks; seq++) {
    const events = await collect(session.look(clip(channel, seq), promptContext({ recent: [...recent] })));
    const last = events.at(-1);
    if (last?.kind === 'end') recent.push(last.text);
    all.push(events.map((event) => ({ ...event, stats: undefined })));
  }
  await session.close();
  return JSON.stringify(all);
}

/** Two frames of a moving pattern, another one on each channel. */
function clip(channel: number, seq: number): Clip {
  const { width, height } = { width: 224, height: 128 };
  const frames = [2 * seq, 2 * seq + 1].map((index) => ({
    index,
    pts: index / 4,
    capturedAt: 0,
    width,
    height,
    pixels: Uint8Array.from({ length: width * height * 3 }, (_, at) => {
      const x = Math.floor(at / 3) % width;
      const y = Math.floor(at / 3 / width);
      return (x * (channel + 2) + y * 3 + index * 17 + (at % 3) * 40 + ((x * y) >> (channel + 2))) % 256;
    }),
  }));
  return { seq, frames, start: seq / 2, end: seq / 2 + 0.25, capturedAt: 0, change: 0, sceneCut: false };
}
