import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readJsonl } from '../../src/captions/jsonl.js';
import { startBooth } from '../support/cli.js';
import { feedOf } from '../support/feed.js';

const MATCH = fileURLToPath(new URL('../../samples/match.mp4', import.meta.url));
const SECONDS = '16';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'booth-serve-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function channels(text: string): Promise<string> {
  const path = join(folder, 'channels.yaml');
  await writeFile(path, text);
  return path;
}

describe('booth serve', () => {
  it('comments on several inputs with one model, each on its own feed, and goes on without one that is lost', async () => {
    const path = await channels(`
channels:
  north: { input: ${MATCH}, lang: en }
  south: { input: ${MATCH}, lang: zh }
  lost: { input: ${join(folder, 'nowhere.mp4')} }
`);
    // Whoever tests this on a busy machine wants to see all of them run.
    const env = { BOOTH_VLM_MAX_LOAD: '0' };
    const running = startBooth(['serve', path, '--port', '0', '--duration', SECONDS, '--out', folder], {
      env,
    });
    const urlOf = async (name: string) =>
      /http:\S+(?=\/)/.exec(await running.line(new RegExp(`^${name} │ Page and feed`)))?.[0] ?? '';
    const feeds = await Promise.all(
      ['north', 'south'].map(async (name) => [name, await feedOf(await urlOf(name))] as const),
    );
    const { code, stderr, stdout } = await running.ended;
    expect(code).toBe(0);
    const [, list = ''] = /All channels: (http:\S+)/.exec(stdout) ?? [];
    expect(stdout).toContain(`Page and feed: ${list}north/`);
    expect(stdout).toContain(`Page and feed: ${list}south/`);
    expect(stderr).toMatch(/lost: .*nowhere\.mp4 does not exist.*\[INPUT_NOT_FOUND\]/);
    for (const [name, cues] of feeds) {
      expect(cues.length).toBeGreaterThan(0);
      expect(cues.every(({ channel }) => channel === name)).toBe(true);
      expect(cues.every(({ lang }) => lang === (name === 'north' ? 'en' : 'zh'))).toBe(true);
      const written = readJsonl(await readFile(join(folder, `${name}.jsonl`), 'utf8'));
      const told = new Set(cues.map(({ id }) => id));
      expect(written.every(({ id }) => told.has(id))).toBe(true);
    }
  });

  it('refuses the channel that there is no time for, by its name, and serves the first', async () => {
    const path = await channels(`
channels:
  north: { input: ${MATCH} }
  south: { input: ${MATCH} }
`);
    const env = { BOOTH_VLM_MAX_LOAD: '0.0001' };
    const running = startBooth(['serve', path, '--port', '0', '--duration', SECONDS], { env });
    await running.line(/^north │ Page and feed/);
    const { code, stderr } = await running.ended;
    expect(code).toBe(0);
    expect(stderr).toMatch(/south: kickabout has no room for channel 2: .*\[CHANNELS_FULL\]/);
  });

  it('ends with the error when every channel fails', async () => {
    const path = await channels(`channels: { lost: { input: ${join(folder, 'nowhere.mp4')} } }`);
    const { code, stderr } = await startBooth(['serve', path, '--port', '0']).ended;
    expect(code).toBe(3);
    expect(stderr).toContain('INPUT_NOT_FOUND');
  });
});
