import { lastValueFrom, toArray } from 'rxjs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DEFAULTS } from '../../src/config.js';
import type { Frame } from '../../src/media/frame.js';
import type { Preview } from '../../src/media/preview.js';
import { openSource } from '../../src/source/ffmpeg.js';
import { collect, descendants, type MediaFolder, mediaFolder } from '../support/media.js';

const SMALL = { width: 32, height: 18, fps: 25 };

let media: MediaFolder;
let path: string;
beforeAll(async () => {
  media = await mediaFolder();
  path = await media.testVideo(
    'match.mp4',
    '320x180',
    2,
    '-vf',
    'scale=321:181',
    '-c:v',
    'libx264',
    '-pix_fmt',
    'yuv444p',
  );
});
afterAll(() => media.dispose());

describe('openSource', () => {
  it('makes stills of the same run, no larger than the input, and ends them with the frames', async () => {
    const source = await openSource(path, SMALL, { ...DEFAULTS.source, preview: true, previewFps: 5 });
    const stills = lastValueFrom(source.previews().pipe(toArray()));
    const frames = await lastValueFrom(source.frames().pipe(toArray()));
    const seen: Preview[] = await stills;
    expect(frames).toHaveLength(50);
    expect(seen.length).toBeGreaterThan(0);
    expect(seen.length).toBeLessThanOrEqual(10);
    for (const { jpeg, capturedAt } of seen) {
      expect([...jpeg.slice(0, 2), ...jpeg.slice(-2)]).toEqual([0xff, 0xd8, 0xff, 0xd9]);
      expect(jpegSize(jpeg)).toEqual({ width: 320, height: 180 });
      expect(capturedAt).toBeLessThanOrEqual(performance.now());
    }
  });

  it('has no stills where none were asked for', async () => {
    const source = await openSource(path, SMALL, DEFAULTS.source);
    expect(await lastValueFrom(source.previews().pipe(toArray()))).toEqual([]);
  });

  it('plays a file at its own speed where that is asked for', async () => {
    const source = await openSource(path, SMALL, { ...DEFAULTS.source, realtime: true });
    const frames = await lastValueFrom(source.frames().pipe(toArray()));
    const [first, last] = [frames[0], frames.at(-1)];
    expect((last?.capturedAt ?? 0) - (first?.capturedAt ?? 0)).toBeGreaterThan(1_500);
  });

  it('takes capture times from the clock it is given', async () => {
    let ticks = 0;
    const clock = { now: () => ++ticks };
    const source = await openSource(path, SMALL, DEFAULTS.source, { clock });
    const frames: Frame[] = await collect(source.pull());
    expect(frames.map((frame) => frame.capturedAt)).toEqual(frames.map((_, index) => index + 1));
  });

  it('raises the exit, the signal and what was read so far, when ffmpeg is killed', async () => {
    const source = await openSource('lavfi:testsrc2=size=64x48:rate=25', SMALL, DEFAULTS.source);
    const reading = (async () => {
      for await (const frame of source.pull()) {
        if (frame.index === 5) for (const pid of await descendants('ffmpeg')) process.kill(pid, 'SIGKILL');
      }
    })();
    await expect(reading).rejects.toMatchObject({
      code: 'FFMPEG_EXITED',
      policy: 'fatal',
      message: expect.stringMatching(/after \d+ frames \(signal SIGKILL/),
    });
  });
});

/** Of the JPEG's first frame header. */
function jpegSize(jpeg: Uint8Array): { width: number; height: number } {
  const view = Buffer.from(jpeg);
  const header = view.indexOf(Buffer.from([0xff, 0xc0]));
  return { height: view.readUInt16BE(header + 5), width: view.readUInt16BE(header + 7) };
}
