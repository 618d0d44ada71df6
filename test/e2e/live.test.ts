import { mkdir, mkdtemp, readFile, rm, symlink } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readJsonl } from '../../src/captions/jsonl.js';
import { type Cue, isWithdrawn } from '../../src/media/cue.js';
import { launchBrowser } from '../server/browser.js';
import { processesWith, startBooth } from '../support/cli.js';
import { feedOf } from '../support/feed.js';
import { rtmpServer } from '../support/rtmp.js';

const MATCH = fileURLToPath(new URL('../../samples/match.mp4', import.meta.url));

let folder: string;
let browser: Browser;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'booth-live-'));
  browser = await launchBrowser();
});
afterAll(async () => {
  await browser.close();
  await rm(folder, { recursive: true, force: true });
});

async function readyUrl(running: ReturnType<typeof startBooth>): Promise<string> {
  return (JSON.parse(await running.line(/"type":"ready"/)) as { url: string }).url;
}

describe('booth live', () => {
  it('tells the terminal, the feed, the page and the files the same story', async () => {
    const args = ['live', MATCH, '--port', '0', '--duration', '14', '--out', folder, '--json'];
    const running = startBooth(args);
    const url = await readyUrl(running);
    const feed = feedOf(url);
    const page = await browser.newPage();
    await page.goto(url);
    await page.locator('body[data-state=onair]').waitFor();
    const { code, stdout } = await running.ended;
    expect(code).toBe(0);

    const told = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { type: string; cue: Cue });
    const finals = (cues: Cue[]) =>
      [...new Map(cues.filter((cue) => cue.final).map((cue) => [cue.id, cue])).values()].filter(
        (cue) => !isWithdrawn(cue),
      );
    const cues = finals(told.flatMap(({ type, cue }) => (type === 'cue' ? [cue] : [])));
    expect(cues.length).toBeGreaterThan(0);
    expect(finals(await feed)).toEqual(cues);
    expect(readJsonl(await readFile(join(folder, 'match.jsonl'), 'utf8'))).toEqual(cues);
    expect(
      cues.every(({ captureToCaptionMs }) => captureToCaptionMs !== null && captureToCaptionMs >= 0),
    ).toBe(true);
    await page.close();
  });

  it.each(['SIGINT', 'SIGTERM'] as const)(
    'ends in good order on %s and leaves no process',
    async (signal) => {
      const mark = `lavfi:testsrc2=size=322x180:rate=8`;
      const running = startBooth(['live', mark, '--no-serve', '--json']);
      await running.line(/"type":"ready"/);
      running.child.kill(signal);
      const { code, stdout } = await running.ended;
      expect(code).toBe(0);
      expect(JSON.parse(stdout.trim().split('\n').at(-1) ?? '')).toMatchObject({ type: 'done' });
      expect(await processesWith('size=322x180')).toEqual([]);
    },
  );

  it('says which port is in use', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    const address = server.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    const { code, stderr } = await startBooth(['live', MATCH, '--port', String(port)]).ended;
    server.close();
    expect(code).toBe(6);
    expect(stderr).toMatch(new RegExp(`${port}.*--port 0.*CANNOT_LISTEN`));
  });

  it('goes on with captions where there is no voice, and says so', async () => {
    const bin = join(folder, 'bin');
    await mkdir(bin);
    for (const program of ['ffmpeg', 'ffprobe']) await symlink(`/usr/bin/${program}`, join(bin, program));
    const args = ['live', MATCH, '--port', '0', '--duration', '12', '--json'];
    const { code, stdout, stderr } = await startBooth(args, { env: { PATH: bin } }).ended;
    expect(code).toBe(0);
    expect(stderr).toContain('apt-get install espeak-ng');
    expect(stdout).toContain('"type":"cue"');
  });

  it('comments on an RTMP stream', async () => {
    const server = await rtmpServer();
    try {
      await server.publish();
      const running = startBooth(['live', server.url, '--no-serve', '--duration', '10', '--json']);
      const { code, stdout } = await running.ended;
      expect(code).toBe(0);
      const done = JSON.parse(stdout.trim().split('\n').at(-1) ?? '') as { stats: { ticks: number } };
      expect(done.stats.ticks).toBeGreaterThan(0);
    } finally {
      await server.stop();
    }
  });
});
