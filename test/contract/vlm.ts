import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Clip } from '../../src/media/clip.js';
import type { LookEvent, Vlm, VlmSession } from '../../src/vlm/vlm.js';
import { promptContext } from '../support/prompt-context.js';

const context = promptContext();

/** What every `Vlm` does. Each adapter and each fake runs this suite; `clip` makes clips of the size that it wants. */
export function vlmContract(name: string, load: () => Promise<Vlm>, clip: (seq: number) => Clip): void {
  describe(`the Vlm contract: ${name}`, () => {
    let vlm: Vlm;
    let session: VlmSession;
    beforeAll(async () => {
      vlm = await load();
      session = await vlm.open();
    });
    afterAll(async () => {
      await session.close();
      await vlm.close();
    });

    it('says what it is and what it wants to see', () => {
      const { input, languages, ...names } = vlm.info;
      for (const text of Object.values(names)) expect(text).not.toBe('');
      for (const number of Object.values(input)) expect(number).toBeGreaterThan(0);
      expect(languages.length).toBeGreaterThan(0);
      expect(clip(0).frames).toHaveLength(input.framesPerClip);
    });

    it('answers each clip with text and one end, or with one silence', async () => {
      for (let seq = 0; seq < 6; seq++) {
        const events = await collect(session.look(clip(seq), context));
        const last = events.at(-1);
        expect(events.slice(0, -1).every(({ kind }) => kind === 'text')).toBe(true);
        expect(last?.kind).toMatch(/^(end|silence)$/);
        if (last?.kind === 'end') expect(last.text.trim()).not.toBe('');
        for (const { confidence } of events) expect(confidence >= 0 && confidence <= 1).toBe(true);
      }
    });

    it('refuses a second look before the first has ended, and lets the first go on', async () => {
      const first = session.look(clip(6), context)[Symbol.asyncIterator]();
      const started = first.next();
      const second = session.look(clip(7), context)[Symbol.asyncIterator]();
      await expect(second.next()).rejects.toThrow(TypeError);
      let result = await started;
      while (!result.done) result = await first.next();
      await expect(collect(session.look(clip(7), context))).resolves.not.toHaveLength(0);
    });

    it('completes an aborted look early, and answers the next', async () => {
      const abort = new AbortController();
      const looking = collect(session.look(clip(8), context, abort.signal));
      abort.abort();
      expect((await looking).every(({ kind }) => kind === 'text')).toBe(true);
      await expect(collect(session.look(clip(8), context))).resolves.not.toHaveLength(0);
    });

    it('says nothing to a look that was aborted before it began', async () => {
      await expect(collect(session.look(clip(9), context, AbortSignal.abort()))).resolves.toEqual([]);
    });

    it('lets a reader walk away in the middle', async () => {
      for await (const event of session.look(clip(9), context)) if (event.kind !== 'silence') break;
      await expect(collect(session.look(clip(10), context))).resolves.not.toHaveLength(0);
    });

    it('keeps the pixels of the frames', async () => {
      const shown = clip(11);
      await collect(session.look(shown, context));
      expect(shown.frames.map(({ pixels }) => pixels)).toEqual(clip(11).frames.map(({ pixels }) => pixels));
    });

    it('tells two sessions apart', async () => {
      const [one, other] = await Promise.all([vlm.open(), vlm.open()]);
      const alone = await lines(one, [0, 1, 2, 3]);
      const beside = await Promise.all([lines(other, [0, 1, 2, 3]), lines(session, [12, 13])]);
      expect(beside[0]).toEqual(alone);
      await Promise.all([one.close(), other.close()]);
    });

    async function lines(of: VlmSession, seqs: readonly number[]): Promise<string[]> {
      const said: string[] = [];
      for (const seq of seqs) {
        const last = (await collect(of.look(clip(seq), context))).at(-1);
        said.push(last?.kind === 'end' ? last.text : '');
      }
      return said;
    }
  });
}

async function collect(events: AsyncIterable<LookEvent>): Promise<LookEvent[]> {
  const all: LookEvent[] = [];
  for await (const event of events) all.push(event);
  return all;
}
