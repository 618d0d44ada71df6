import { once } from 'node:events';
import { mkdir, readdir, readFile } from 'node:fs/promises';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { basename } from 'node:path';
import { lastValueFrom, take, tap, toArray } from 'rxjs';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { DEFAULTS } from '../../src/config.js';
import type { BoothError } from '../../src/errors.js';
import { restart } from '../../src/flow/restart.js';
import type { Frame } from '../../src/media/frame.js';
import { openSource } from '../../src/source/ffmpeg.js';
import type { SourceOptions } from '../../src/source/run.js';
import { collect, descendants, type MediaFolder, mediaFolder } from '../support/media.js';
import { kill, rtmpServer } from '../support/rtmp.js';

const SMALL = { width: 32, height: 18, fps: 25 };
const X264 = ['-c:v', 'libx264', '-preset', 'ultrafast', '-pix_fmt', 'yuv420p', '-g', '25'];
const open = (input: string, options: Partial<SourceOptions> = {}) =>
  openSource(input, SMALL, { ...DEFAULTS.source, ...options });

let media: MediaFolder;
beforeAll(async () => {
  media = await mediaFolder();
});
afterAll(async () => {
  await media.dispose();
});

let server: Server | undefined;
afterEach(async () => {
  await expect.poll(() => descendants('ff')).toEqual([]);
  server?.closeAllConnections();
  server?.close();
  server = undefined;
});

async function serve(listener: RequestListener): Promise<string> {
  server = createServer(listener).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

describe('a source over HTTP', () => {
  const serveFolder = () =>
    serve((request, response) => {
      readFile(media.path(basename((request.url ?? '').replace(/\?.*/, '')))).then(
        (bytes) => response.end(bytes),
        () => response.writeHead(404).end(),
      );
    });

  it('plays HLS to its end', async () => {
    await media.testVideo('match.m3u8', '160x90', 3, ...X264, '-hls_time', '1', '-hls_list_size', '0');
    const source = await open(`${await serveFolder()}/match.m3u8?token=1`);
    expect(source.info).toMatchObject({ live: false, width: 160, height: 90 });
    expect(source.info.name).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/match\.m3u8$/);
    expect(await collect(source.pull())).toHaveLength(75);
  });

  it('is refused where a playlist points to a file', async () => {
    const segment = await media.testVideo('secret.ts', '160x90', 2, ...X264);
    const lines = ['#EXTM3U', '#EXT-X-TARGETDURATION:2', '#EXTINF:2,', `file://${segment}`, '#EXT-X-ENDLIST'];
    const url = await serve((_, response) => response.end(lines.join('\n')));
    await expect(open(`${url}/evil.m3u8`)).rejects.toMatchObject({ code: 'INPUT_REFUSED' });
  });

  it('is refused where playlists are not allowed', async () => {
    await media.testVideo('plain.m3u8', '160x90', 1, ...X264);
    const url = await serveFolder();
    const protocols = ['http'];
    await expect(open(`${url}/plain.m3u8`, { protocols })).rejects.toMatchObject({ code: 'INPUT_REFUSED' });
  });

  it('names a missing page', async () => {
    await expect(open(`${await serveFolder()}/nothing.mp4`)).rejects.toMatchObject({
      code: 'INPUT_NOT_FOUND',
      message: expect.stringMatching(/404/),
    });
  });

  it('may be restarted where nobody listens', async () => {
    await expect(open('http://127.0.0.1:9/match.mp4')).rejects.toMatchObject({
      code: 'INPUT_UNREADABLE',
      policy: 'restart',
      message: expect.stringMatching(/Connection refused/),
    });
  });

  it('goes on where its clock is set back, as when the sender begins anew, and has no length', async () => {
    const flv = await media.testVideo('sent.flv', '160x90', 12, ...X264, '-flvflags', 'no_duration_filesize');
    const bytes = await readFile(flv);
    // A header of 9 bytes and the size of no tag before.
    const again = bytes.subarray(13);
    const url = await serve((_, response) => {
      response.write(bytes);
      response.end(again);
    });
    const source = await open(`${url}/live.flv`);
    expect(source.info).toMatchObject({ live: true, duration: null });
    const pts = (await collect(source.pull())).map((frame) => frame.pts);
    // What was looked at to tell what it is, is not shown.
    expect(pts.length).toBeGreaterThan(500);
    expect(pts.at(-1)).toBeGreaterThan(20);
    expect(pts.every((at, index) => index === 0 || at > (pts[index - 1] ?? 0))).toBe(true);
  });

  it('is given up once it stalls', async () => {
    const path = await media.testVideo('stall.mkv', '160x90', 4, ...X264);
    const bytes = await readFile(path);
    let requests = 0;
    const url = await serve((_, response) => {
      if (requests++ === 0) response.end(bytes);
      else response.write(bytes.subarray(0, bytes.length / 2));
    });
    const source = await open(`${url}/stall.mkv`, { stallTimeoutMs: 3_000 });
    const seen: number[] = [];
    const frames = source.frames().pipe(tap((frame) => seen.push(frame.index)));
    await expect(lastValueFrom(frames)).rejects.toMatchObject({
      code: 'SOURCE_STALLED',
      policy: 'restart',
      message: expect.stringMatching(/for 3000 ms/),
    });
    expect(seen.length).toBeGreaterThan(10);
  });
});

describe('a recording over HTTP', () => {
  /** Serves 4 s of video: whole to the probe, and half of it to the next, who then hears nothing more or is cut off. */
  async function serveHalf(how: 'stall' | 'cut'): Promise<{ url: string; mend(): void }> {
    const path = await media.testVideo('match.mp4', '160x90', 4, ...X264, '-movflags', '+faststart');
    const bytes = await readFile(path);
    let requests = 0;
    let mended = false;
    const listener: RequestListener = ({ headers: { range } }, response) => {
      requests += 1;
      const from = Number(/^bytes=(\d+)-/.exec(range ?? '')?.[1] ?? 0);
      if (requests > 2 && !mended) return response.writeHead(503).end();
      const contentRange = `bytes ${from}-${bytes.length - 1}/${bytes.length}`;
      response.writeHead(206, {
        'accept-ranges': 'bytes',
        'content-length': bytes.length - from,
        'content-range': contentRange,
      });
      if (requests !== 2) return response.end(bytes.subarray(from));
      return response.write(
        bytes.subarray(from, bytes.length / 2),
        () => how === 'cut' && response.destroy(),
      );
    };
    const mend = () => {
      mended = true;
    };
    return { url: `${await serve(listener)}/match.mp4`, mend };
  }

  it('is taken up where it was lost where it plays at its own speed, with one time line', async () => {
    const { url, mend } = await serveHalf('stall');
    const source = await open(url, { stallTimeoutMs: 2_000, realtime: true });
    const errors: BoothError[] = [];
    const onRestart = (error: BoothError) => {
      errors.push(error);
      mend();
    };
    const again = restart<Frame>({ baseMs: 1, maxMs: 1, attempts: 1, onRestart });
    const frames = await lastValueFrom(source.frames().pipe(again, toArray()));
    expect(errors.map(({ code }) => code)).toEqual(['SOURCE_STALLED']);
    expect(frames.map(({ index }) => index)).toEqual([...Array(100).keys()]);
    for (const [index, { pts }] of frames.entries()) expect(pts).toBeCloseTo(index / 25, 2);

    expect(await collect(source.pull())).toHaveLength(100);
  });

  it('is not taken for whole where the server goes away in the middle', async () => {
    const { url } = await serveHalf('cut');
    const source = await open(url);
    const seen: number[] = [];
    const reading = (async () => {
      for await (const { index } of source.pull()) seen.push(index);
    })();
    await expect(reading).rejects.toMatchObject({
      code: 'FFMPEG_EXITED',
      message: expect.stringMatching(/match\.mp4 broke off after \d+ frames \(.*Input\/output error/),
    });
    expect(seen.length).toBeGreaterThan(20);
    expect(seen.length).toBeLessThan(80);
  });
});

describe('pictures for the page', () => {
  const { TMPDIR } = process.env;
  afterEach(() => {
    if (TMPDIR === undefined) delete process.env.TMPDIR;
    else process.env.TMPDIR = TMPDIR;
  });

  it('are done without where no socket can be made, and nothing is left behind', async () => {
    const path = await media.testVideo('plain.mkv', '160x90', 1, ...X264);
    const folder = media.path('long'.repeat(30));
    await mkdir(folder);
    const warnings: BoothError[] = [];
    const source = await open(path, { preview: true, onWarning: (error) => warnings.push(error) });
    process.env.TMPDIR = folder;
    expect(await lastValueFrom(source.frames().pipe(toArray()))).toHaveLength(25);
    expect(warnings).toEqual([
      expect.objectContaining({
        code: 'PREVIEW_FAILED',
        policy: 'skip',
        message: expect.stringContaining('Set TMPDIR'),
      }),
    ]);
    expect(await readdir(folder)).toEqual([]);
  });
});

describe('a live source over RTMP', () => {
  it('dies in the middle, comes back, and goes on with one time line', async () => {
    const server = await rtmpServer();
    const first = await server.publish();
    const source = await open(server.url, { stallTimeoutMs: 8_000 });
    expect(source.info).toMatchObject({ live: true, duration: null, width: 160, height: 90 });

    const errors: BoothError[] = [];
    const publishAgain = (error: BoothError) => {
      if (errors.push(error) === 1) void server.publish();
    };
    const frames = source.frames().pipe(
      tap((frame) => {
        if (frame.index === 20) void kill(first);
      }),
      restart({ baseMs: 10, maxMs: 100, attempts: 50, onRestart: publishAgain }),
      take(60),
      toArray(),
    );
    const seen = await lastValueFrom(frames);
    expect(errors[0]?.code).toMatch(/^(SOURCE_STALLED|FFMPEG_EXITED)$/);
    expect(seen.map((frame) => frame.index)).toEqual([...Array(60).keys()]);
    expect(seen.every((frame, index) => index === 0 || frame.pts >= (seen[index - 1]?.pts ?? 0))).toBe(true);
    const last = seen.at(-1);
    const wallSeconds = ((last?.capturedAt ?? 0) - (seen[0]?.capturedAt ?? 0)) / 1000;
    expect(Math.abs((last?.pts ?? 0) - wallSeconds)).toBeLessThan(4);
    await server.stop();
    await expect.poll(() => descendants('ff')).toEqual([]);
  });
});
