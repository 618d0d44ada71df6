import { lastValueFrom, take, toArray } from 'rxjs';
import { describe, expect, it } from 'vitest';
import type { Frame } from '../../src/media/frame.js';
import type { Source } from '../../src/source/source.js';
import { collect } from '../support/media.js';

export interface SourceCase {
  /** Opens an input that ends by itself, with more than five frames of `width` × `height`. */
  readonly open: () => Promise<Source>;
  readonly width: number;
  readonly height: number;
  /** What the source has running or open, for instance process ids. */
  readonly leftOver: () => Promise<readonly unknown[]>;
}

/** What every `Source` does. Each adapter and each fake runs this suite. */
export function sourceContract(name: string, { open, width, height, leftOver }: SourceCase): void {
  const values = (frames: readonly Frame[]) => frames.map(({ index, pts }) => ({ index, pts }));
  const nothingLeft = () => expect.poll(leftOver, { timeout: 10_000 }).toEqual([]);

  describe(`the Source contract: ${name}`, () => {
    it('gives frames of the picture asked for, numbered from 0, with pts that never go back', async () => {
      const frames = await collect((await open()).pull());
      expect(frames.length).toBeGreaterThan(5);
      expect(frames.map((frame) => frame.index)).toEqual([...frames.keys()]);
      for (const [index, frame] of frames.entries()) {
        expect(frame).toMatchObject({ width, height });
        expect(frame.pixels).toHaveLength(width * height * 3);
        expect(frame.pts).toBeGreaterThanOrEqual(frames[index - 1]?.pts ?? 0);
        expect(frame.capturedAt).toBeGreaterThanOrEqual(frames[index - 1]?.capturedAt ?? 0);
      }
      expect(new Set(frames.map((frame) => frame.pixels.buffer)).size).toBe(frames.length);
      await nothingLeft();
    });

    it('gives the same frames pushed and pulled, each time it is asked', async () => {
      const source = await open();
      const pulled = values(await collect(source.pull()));
      expect(values(await collect(source.pull()))).toEqual(pulled);
      expect(values(await lastValueFrom(source.frames().pipe(toArray())))).toEqual(pulled);
      await nothingLeft();
    });

    it('leaves nothing behind when it is unsubscribed', async () => {
      const source = await open();
      expect(await lastValueFrom(source.frames().pipe(take(2), toArray()))).toHaveLength(2);
      await nothingLeft();
      source.frames().subscribe().unsubscribe();
      await nothingLeft();
    });

    it('leaves nothing behind when its reader leaves', async () => {
      for await (const frame of (await open()).pull()) if (frame.index === 1) break;
      expect(await leftOver()).toEqual([]);
    });

    it('ends without an error when it is aborted, while it waits too', async () => {
      const source = await open();
      const abort = new AbortController();
      const frames: Frame[] = [];
      for await (const frame of source.pull(abort.signal)) {
        frames.push(frame);
        abort.abort();
      }
      expect(frames.length).toBeGreaterThan(0);
      expect(await leftOver()).toEqual([]);

      expect(await collect(source.pull(AbortSignal.abort()))).toEqual([]);
      const iterator = source.pull()[Symbol.asyncIterator]();
      const awaited = iterator.next();
      await iterator.return?.();
      await awaited;
      expect(await leftOver()).toEqual([]);
    });

    it('describes itself', async () => {
      const { info } = await open();
      expect(info.name).not.toBe('');
      expect(info.width).toBeGreaterThan(0);
      expect(info.height).toBeGreaterThan(0);
      expect(info.live).toBe(false);
    });
  });
}
