import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { startBooth } from '../support/cli.js';
import { chatServer, refuses } from '../vlm/openai/server.js';

/** A second of something that is no match. */
const INPUT = 'lavfi:testsrc2=size=320x180:rate=8:duration=1';

describe('booth', () => {
  it('ends in peace when nobody reads its results any more', async () => {
    const { child, ended } = startBooth(['personas', 'show', 'duo']);
    child.stdout?.destroy();
    expect(await ended).toMatchObject({ code: 0, stderr: '' });
  });

  it('finishes its work when nobody reads what it tells of it', async () => {
    const out = await mkdtemp(join(tmpdir(), 'booth-ending-'));
    const { child, ended } = startBooth(['annotate', INPUT, '--out', out, '--formats', 'vtt']);
    child.stderr?.destroy();
    const { code } = await ended;
    expect(code).toBe(0);
    const [file = ''] = await readdir(out);
    expect(await readFile(join(out, file), 'utf8')).toBe('WEBVTT\n\n');
    await rm(out, { recursive: true });
  });

  it('fails as the model did when annotate could see nothing, and says why', async () => {
    const out = await mkdtemp(join(tmpdir(), 'booth-ending-'));
    const server = await chatServer();
    server.otherwise = refuses(500, 'no memory left');
    const env = { OPENAI_BASE_URL: server.url };
    const { ended } = startBooth(['annotate', INPUT, '--model', 'openai:seer', '--out', out], { env });
    const { code, stderr } = await ended;
    expect(code).toBe(4);
    expect(stderr).toMatch(/Nothing could be seen .*\(500: no memory left\).* \[INFERENCE_FAILED\]\n$/);
    expect(stderr).not.toContain('wrote');
    await server.close();
    await rm(out, { recursive: true });
  });

  it('says once what failed at every look, and how often', async () => {
    const out = await mkdtemp(join(tmpdir(), 'booth-ending-'));
    const server = await chatServer();
    server.otherwise = refuses(400, 'no pictures');
    const env = { OPENAI_BASE_URL: server.url };
    const input = INPUT.replace('duration=1', 'duration=60');
    const { stderr } = await startBooth(['annotate', input, '--model', 'openai:seer', '--out', out], { env })
      .ended;
    const told = stderr.split('\n').filter((line) => line.includes('(400: no pictures)'));
    const why = `${server.url} refused a look (400: no pictures).`;
    const looks = server.requests.length;
    expect(looks).toBeGreaterThan(2);
    expect(told).toEqual([
      `booth: ${why}`,
      `booth: ${looks} times in all: ${why}`,
      expect.stringContaining(`each of ${looks} looks failed`),
    ]);
    await server.close();
    await rm(out, { recursive: true });
  });

  it('tells of a bug in one line, and of its stack with --debug', async () => {
    const NODE_OPTIONS = `--import=data:text/javascript,${encodeURIComponent(
      `process.on('newListener', (name) => { if (name === 'uncaughtException') setImmediate(() => { throw new Error('kaput'); }); });`,
    )}`;
    const short = await startBooth(['doctor'], { env: { NODE_OPTIONS } }).ended;
    expect(short).toMatchObject({
      code: 1,
      stderr: 'booth: kaput [a bug in Booth (please report it, with --debug)]\n',
    });
    const long = await startBooth(['doctor', '--debug'], { env: { NODE_OPTIONS } }).ended;
    expect(long.stderr).toContain('    at ');
  });
});
