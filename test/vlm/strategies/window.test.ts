import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BoothError } from '../../../src/errors.js';
import type { StreamingModel } from '../../../src/vlm/model.js';
import { lengthOf } from '../../../src/vlm/prompt.js';
import { StreamingSession } from '../../../src/vlm/strategies/streaming.js';
import { dueTicks } from '../../../src/vlm/strategies/window.js';
import type { LookEvent } from '../../../src/vlm/vlm.js';
import { fc } from '../../support/fc.js';
import { promptContext } from '../../support/prompt-context.js';
import { readingBy } from '../../support/reading-by.js';
import { collect, golden, loadTiny, picture } from '../tiny.js';

describe('the ticks that a next window is due', () => {
  it('are all of its ticks by the time it takes over, in order, and never many at once', () => {
    const windows = fc
      .integer({ min: 1, max: 64 })
      .chain((maxTicks) => fc.record({ maxTicks: fc.constant(maxTicks), keepTicks: fc.nat(maxTicks - 1) }));
    fc.assert(
      fc.property(windows, (window) => {
        const { maxTicks, keepTicks } = window;
        // From a window that has just taken over to the one after it.
        let read = 0;
        for (let length = keepTicks + 1; length <= maxTicks; length++) {
          const [from, to] = dueTicks(window, length, read);
          const count = Math.max(0, to - from);
          expect(count === 0 || from === maxTicks - keepTicks + read).toBe(true);
          expect(to).toBeLessThanOrEqual(length);
          expect(count).toBeLessThanOrEqual(Math.ceil(keepTicks / (maxTicks - keepTicks)));
          read += count;
        }
        expect(read).toBe(keepTicks);
      }),
    );
  });
});

describe('a stream that goes on for long', () => {
  let model: StreamingModel;
  beforeAll(async () => {
    model = await loadTiny();
  });
  afterAll(() => model.dispose());

  const prompt = promptContext({ lang: golden.lang, recent: golden.memory });
  const look = (session: StreamingSession, tick: number): Promise<LookEvent[]> =>
    collect(session.look([picture(2 * tick), picture(2 * tick + 1)], prompt, () => false));

  it('reads as much for its answer when windows change as at any other tick', async () => {
    let read: number[] = [];
    const extend: StreamingModel['extend'] = (context, parts) => {
      read.push(parts.reduce((sum, part) => sum + lengthOf(part), 0));
      return model.extend(context, parts);
    };
    const session = new StreamingSession(readingBy(model, extend));
    const block = model.folder.manifest.prompt.tokensPerTick + 2;
    for (let tick = 0; tick < 14; tick++) {
      read = [];
      await look(session, tick);
      // The clip's block, what ended the line before, and the last token of one that was cut.
      if (tick > 0) expect(read[0]).toBeLessThanOrEqual(block + 2);
    }
  });

  it('cites the prefix of its window: one prompt until windows change', async () => {
    const session = new StreamingSession(model);
    const cited: string[][] = [];
    for (let tick = 0; tick < 6; tick++)
      cited.push((await look(session, tick)).map((event) => event.prompt ?? ''));
    for (const prompts of cited) expect(prompts.every((each) => /^[0-9a-f]{12}$/.test(each))).toBe(true);
    expect(new Set(cited.slice(0, model.folder.manifest.window.maxTicks).flat()).size).toBe(1);
  });

  it('keeps its answer, and changes windows all the same, when reading ahead fails', async () => {
    const block = model.folder.manifest.prompt.tokensPerTick + 2;
    const extend: StreamingModel['extend'] = async (context, parts) => {
      const count = parts.reduce((sum, part) => sum + lengthOf(part), 0);
      // Only what is read ahead starts from nothing with a single block at a time.
      const isAhead = context === model.empty && ahead && count > block;
      if (isAhead) throw new BoothError('INFERENCE_FAILED', 'out of memory');
      return model.extend(context, parts);
    };
    let ahead = false;
    const session = new StreamingSession(readingBy(model, extend));
    const sound = new StreamingSession(model);
    const { maxTicks } = model.folder.manifest.window;
    for (let tick = 0; tick <= maxTicks; tick++) {
      ahead = tick > 0 && tick < maxTicks;
      const [events, expected] = [await look(session, tick), await look(sound, tick)];
      expect(said(events)).toEqual(said(expected));
    }
  });
});

function said(events: readonly LookEvent[]): string {
  const last = events.at(-1);
  return last?.kind === 'end' ? last.text : '';
}
