import { createReadStream } from 'node:fs';
import { truncate, writeFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DEFAULTS } from '../../src/config.js';
import type { Frame } from '../../src/media/frame.js';
import { openSource } from '../../src/source/ffmpeg.js';
import type { Picture } from '../../src/source/source.js';
import { collect, descendants, type MediaFolder, mediaFolder, pictureTimes } from '../support/media.js';

const SMALL: Picture = { width: 32, height: 18, fps: 25 };
const EVERY: Picture = { ...SMALL, fps: 1000 };
const X264 = ['-c:v', 'libx264', '-preset', 'ultrafast', '-pix_fmt', 'yuv420p'];

let media: MediaFolder;
beforeAll(async () => {
  media = await mediaFolder();
});
afterAll(async () => {
  expect(await descendants('ff')).toEqual([]);
  await media.dispose();
});

const open = (input: string, picture = SMALL) => openSource(input, picture, DEFAULTS.source);

async function framesOf(input: string, picture = SMALL): Promise<Frame[]> {
  return collect((await open(input, picture)).pull());
}

const failure = (code: string, message: RegExp) =>
  expect.objectContaining({ code, policy: 'fatal', message: expect.stringMatching(message) });

describe('an input that cannot be played', () => {
  it('is refused when it is missing, with its path', async () => {
    await expect(open('/nowhere/match.mp4')).rejects.toEqual(
      failure('INPUT_NOT_FOUND', /\/nowhere\/match\.mp4 does not exist/),
    );
  });

  it('is refused when it is a folder', async () => {
    await expect(open('/tmp')).rejects.toEqual(failure('INPUT_NOT_FOUND', /\/tmp is a folder/));
  });

  it('is refused when it is empty', async () => {
    await writeFile(media.path('empty.mp4'), '');
    await expect(open(media.path('empty.mp4'))).rejects.toEqual(
      failure('INPUT_UNREADABLE', /empty\.mp4 is empty/),
    );
  });

  it('is refused when it is text, under a video name or its own', async () => {
    await writeFile(media.path('text.mp4'), 'This is no video.\n'.repeat(50));
    await writeFile(media.path('text.txt'), 'This is no video.\n'.repeat(50));
    await expect(open(media.path('text.mp4'))).rejects.toEqual(
      failure('INPUT_UNREADABLE', /text\.mp4 cannot be read as video .*Invalid data/),
    );
    await expect(open(media.path('text.txt'))).rejects.toEqual(failure('INPUT_REFUSED', /no video/));
  });

  it('is refused when it is a script that names other files', async () => {
    await writeFile(media.path('script.mp4'), 'ffconcat version 1.0\nfile other.mp4\n');
    await expect(open(media.path('script.mp4'))).rejects.toMatchObject({ code: /INPUT_/ });
  });

  it('is refused when it has sound only', async () => {
    const path = await media.make('sound.wav', '-f', 'lavfi', '-i', 'sine=duration=1');
    await expect(open(path)).rejects.toEqual(failure('INPUT_NO_VIDEO', /has no video \(it has audio\)/));
  });

  it('is refused when the index of an mp4 is cut off', async () => {
    const path = await media.testVideo('no-index.mp4', '320x180', 2, ...X264);
    await truncate(path, 20_000);
    await expect(open(path)).rejects.toEqual(failure('INPUT_UNREADABLE', /moov atom not found/));
  });

  it('names the missing program and how to get it', async () => {
    const path = await media.testVideo('plain.mp4', '64x48', 1, ...X264);
    process.env.FFPROBE_PATH = '/nowhere/ffprobe';
    await expect(open(path)).rejects.toEqual(failure('FFMPEG_MISSING', /apt-get install ffmpeg/));
    delete process.env.FFPROBE_PATH;
  });

  it('may come later where it is a stream that nobody publishes yet', async () => {
    const says =
      '[rtsp @ 0x1] method DESCRIBE failed: 404 Not Found\nrtsp://127.0.0.1/live: Server returned 404 Not Found';
    await writeFile(media.path('ffprobe'), `#!/bin/sh\necho '${says}' >&2\nexit 1\n`, { mode: 0o755 });
    process.env.FFPROBE_PATH = media.path('ffprobe');
    await expect(open('rtsp://127.0.0.1/live')).rejects.toMatchObject({
      code: 'INPUT_UNREADABLE',
      policy: 'restart',
      message: expect.stringMatching(/404 Not Found.*that something is sent there/) as string,
    });
    delete process.env.FFPROBE_PATH;
  });
});

describe('a video of an unusual kind', () => {
  it('plays where its tags hold nonsense', async () => {
    const path = await media.testVideo('tags.mkv', '64x48', 0.2, ...X264, '-metadata:s:v', 'rotate=portrait');
    expect((await open(path)).info).toMatchObject({ width: 64, height: 48 });
    expect(await framesOf(path)).toHaveLength(5);
  });

  it('gives the frames it has when it is cut off', async () => {
    const path = await media.testVideo('cut.mkv', '320x180', 4, ...X264);
    const whole = await framesOf(path);
    await truncate(path, 150_000);
    const frames = await framesOf(path);
    expect(whole).toHaveLength(100);
    expect(frames.length).toBeGreaterThan(10);
    expect(frames.length).toBeLessThan(100);
    expect(frames.map((frame) => frame.pts)).toEqual(whole.slice(0, frames.length).map((frame) => frame.pts));
  });

  it('plays at 1×1, 7680×4320 and odd sizes', async () => {
    const single = await media.testVideo(
      'single.mkv',
      '64x48',
      0.2,
      '-vf',
      'scale=1:1,setsar=1',
      '-c:v',
      'ffv1',
    );
    const huge = await media.testVideo('huge.mp4', '7680x4320', 0.08, ...X264);
    const odd = await media.testVideo('odd.mkv', '64x48', 0.2, '-vf', 'scale=37:23,setsar=1', '-c:v', 'ffv1');
    for (const [path, width, height, count] of [
      [single, 1, 1, 5],
      [huge, 7680, 4320, 2],
      [odd, 37, 23, 5],
    ] as const) {
      const source = await open(path);
      const frames = await collect(source.pull());
      expect(source.info).toMatchObject({ width, height, live: false, hasAudio: false });
      expect(frames).toHaveLength(count);
      expect(frames.every((frame) => frame.pixels.length === 32 * 18 * 3)).toBe(true);
    }
  });

  it('is turned as its rotation says', async () => {
    const flat = await media.make('flat.mp4', ...halves('320x180'), '-t', '0.2', ...X264);
    const turned = await media
      .make('turned.mp4', '-display_rotation', '90', '-i', flat, '-c', 'copy')
      .catch(() => media.make('turned.mp4', '-i', flat, '-c', 'copy', '-metadata:s:v', 'rotate=90'));
    const source = await open(turned, { width: 18, height: 32, fps: 25 });
    expect(source.info).toMatchObject({ width: 180, height: 320 });
    const [frame] = await collect(source.pull());
    const [top, bottom] = [frame?.pixels.slice(0, 3), frame?.pixels.slice(-3)];
    expect(Math.abs((top?.[0] ?? 0) - (bottom?.[0] ?? 0))).toBeGreaterThan(150);
  });

  it('is as wide as players show it where its pixels are no squares', async () => {
    const path = await media.testVideo('wide.mp4', '144x108', 1, '-vf', 'setsar=4/3', ...X264);
    expect((await open(path)).info).toMatchObject({ width: 192, height: 108 });
  });

  it('keeps the exact pts of a variable frame rate', async () => {
    const uneven = "setpts='(N*N/60+N*1.001/30)/TB'";
    const path = await media.testVideo('vfr.mp4', '64x48', 2, '-vf', uneven, '-vsync', 'vfr', ...X264);
    const times = await pictureTimes(path);
    const frames = await framesOf(path, EVERY);
    expect(
      new Set(times.slice(1).map((time, index) => (time - (times[index] ?? 0)).toFixed(3))).size,
    ).toBeGreaterThan(20);
    expect(frames.map((frame) => frame.pts.toFixed(5))).toEqual(times.map((time) => time.toFixed(5)));
  });

  it('keeps a jump of ten hours in its pts', async () => {
    const jump = "setpts='PTS+if(gte(N,10),36000/TB,0)'";
    const path = await media.testVideo('jump.mkv', '64x48', 1, '-vf', jump, '-vsync', 'vfr', ...X264);
    const frames = await framesOf(path);
    expect(frames).toHaveLength(25);
    expect(frames[9]?.pts).toBeCloseTo(0.36, 2);
    expect(frames[10]?.pts).toBeCloseTo(36_000.4, 2);
    expect(frames.every((frame, index) => index === 0 || frame.pts >= (frames[index - 1]?.pts ?? 0))).toBe(
      true,
    );
  });

  it('is thinned to real frames at most as often as asked', async () => {
    const path = await media.testVideo('thin.mp4', '64x48', 4, ...X264);
    const times = new Set((await pictureTimes(path)).map((time) => time.toFixed(3)));
    const frames = await framesOf(path, { ...SMALL, fps: 8 });
    expect(frames).toHaveLength(32);
    expect(frames.every((frame) => times.has(frame.pts.toFixed(3)))).toBe(true);
    expect(await framesOf(path, { ...SMALL, fps: 25 })).toHaveLength(100);
  });

  it('comes from a generator, and from standard input', async () => {
    expect(await framesOf('lavfi:testsrc2=size=64x48:rate=10:duration=1')).toHaveLength(10);
    const path = await media.testVideo('piped.mkv', '64x48', 1, ...X264);
    const source = await openSource('-', SMALL, DEFAULTS.source, { stdin: createReadStream(path) });
    expect(source.info).toMatchObject({ name: 'standard input', width: 64, height: 48, live: false });
    expect(await collect(source.pull())).toHaveLength(25);
    await expect(collect(source.pull())).rejects.toEqual(failure('INPUT_UNREADABLE', /read already/));
  });

  it('is told to be made streamable where its index comes last', async () => {
    const path = await media.testVideo('late-index.mp4', '640x360', 8, ...X264);
    const piped = async () => {
      const source = await openSource('-', SMALL, DEFAULTS.source, { stdin: createReadStream(path) });
      return collect(source.pull());
    };
    await expect(piped()).rejects.toThrow('mp4 with its index in front');
  });
});

/** The left half black, the right half white. */
function halves(size: string): string[] {
  const graph = `color=black:size=${size}:rate=25,drawbox=x=iw/2:w=iw/2:h=ih:color=white:t=fill`;
  return ['-f', 'lavfi', '-i', graph];
}
