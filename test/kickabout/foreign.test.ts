import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeConfig, openBooth, type TickReport } from '../../src/index.js';

const SECONDS = 10;
const DESKTOP = fileURLToPath(new URL('desktop.png', import.meta.url));
const lavfi = (graph: string) => `lavfi:${graph},trim=duration=${SECONDS}`;
const FOREIGN: Readonly<Record<string, string>> = {
  'colour bars': lavfi('smptehdbars=size=320x180:rate=8'),
  'a moving test pattern': lavfi('testsrc2=size=320x180:rate=8'),
  black: lavfi('color=black:size=320x180:rate=8'),
  noise: lavfi('color=gray:size=320x180:rate=8,noise=alls=100:allf=t'),
  'a lawn without football': lavfi('color=0x3c8c3c:size=320x180:rate=8,noise=alls=12:allf=t'),
  'a fractal': lavfi('mandelbrot=size=320x180:rate=8'),
};

let folder: string;
let desktop: string;
/** What came of every look at them, in both languages together. */
const ticks: TickReport[] = [];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'booth-foreign-'));
  desktop = join(folder, 'desktop.mp4');
  const pan = "scale=400:225,crop=320:180:x='t*8':y='t*4',format=yuv420p";
  const still = ['-loop', '1', '-framerate', '8', '-i', DESKTOP, '-t', String(SECONDS)];
  await promisify(execFile)('ffmpeg', ['-v', 'error', ...still, '-vf', pan, desktop]);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function watch(input: string, lang: string): Promise<TickReport[]> {
  const booth = await openBooth({ input, mode: 'offline', config: makeConfig({ commentator: { lang } }) });
  try {
    const reports: TickReport[] = [];
    booth.ticks.subscribe((report) => reports.push(report));
    await booth.run();
    return reports;
  } finally {
    await booth.close();
  }
}

describe.each(['en', 'zh'])('the bundled model, in %s', (lang) => {
  it.each([...Object.keys(FOREIGN), 'a desktop'])(
    'has next to nothing to say about %s',
    async (name) => {
      const reports = await watch(FOREIGN[name] ?? desktop, lang);
      ticks.push(...reports);
      expect(reports.flatMap(({ text }) => text ?? []).length).toBeLessThanOrEqual(1);
    },
    120_000,
  );
});

it('speaks at most at one in fifty ticks of all that is not Kickabout', () => {
  const answered = ticks.filter(({ outcome }) => outcome !== 'dropped').length;
  expect(answered).toBe(2 * 7 * 2 * SECONDS);
  expect(ticks.filter(({ outcome }) => outcome === 'line').length / answered).toBeLessThanOrEqual(0.02);
});
