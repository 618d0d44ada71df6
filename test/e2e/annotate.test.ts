import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readJsonl } from '../../src/captions/jsonl.js';
import { readSrt } from '../../src/captions/srt.js';
import { readVtt } from '../../src/captions/vtt.js';
import { booth, startBooth } from '../support/cli.js';

const run = promisify(execFile);
const sample = (name: string) => fileURLToPath(new URL(`../../samples/${name}`, import.meta.url));

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'booth-annotate-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const ffmpeg = (...args: string[]) => run('ffmpeg', ['-v', 'error', '-y', ...args]);
const files = async (dir: string) => (await readdir(join(folder, dir))).sort();
const text = (...path: string[]) => readFile(join(folder, ...path), 'utf8');

describe('booth annotate', () => {
  it('writes the same cues twice, the same in every format', async () => {
    const first = await booth('annotate', sample('match.mp4'), '--out', join(folder, 'one'));
    const second = await booth('annotate', sample('match.mp4'), '--out', join(folder, 'two'));
    expect([first.code, second.code]).toEqual([0, 0]);
    expect(await files('one')).toEqual(['match.jsonl', 'match.srt', 'match.vtt']);
    for (const name of await files('one')) expect(await text('two', name)).toBe(await text('one', name));

    const cues = readJsonl(await text('one', 'match.jsonl'));
    expect(cues.length).toBeGreaterThan(5);
    expect(cues.every((cue) => cue.final && cue.model === 'kickabout' && cue.frames.length > 0)).toBe(true);
    const times = cues.map(({ start, end }) => [start.toFixed(2), end.toFixed(2)]);
    for (const captions of [
      readVtt(await text('one', 'match.vtt')),
      readSrt(await text('one', 'match.srt')),
    ]) {
      expect(captions.map(({ start, end }) => [start.toFixed(2), end.toFixed(2)])).toEqual(times);
    }
  });

  it('speaks Chinese, and narrates: the picture kept, the voice in the sound, the captions as a track', async () => {
    const args = ['--out', join(folder, 'zh'), '--lang', 'zh', '--narrate', '--json'];
    const { code, stdout } = await booth('annotate', sample('calm.mp4'), ...args);
    expect(code).toBe(0);
    const events = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(events.at(-1)).toMatchObject({
      type: 'done',
      files: expect.arrayContaining([join(folder, 'zh', 'calm.mp4')]),
    });
    const cues = readJsonl(await text('zh', 'calm.jsonl'));
    expect(cues.length).toBeGreaterThan(0);
    for (const cue of cues) expect(cue.text).toMatch(/\p{Script=Han}/u);

    const { stdout: probe } = await run('ffprobe', [
      '-v',
      'error',
      '-of',
      'json',
      '-show_streams',
      join(folder, 'zh', 'calm.mp4'),
    ]);
    const streams = JSON.parse(probe).streams as { codec_name: string; tags?: { language?: string } }[];
    expect(streams.map((stream) => stream.codec_name)).toEqual(['h264', 'aac', 'mov_text']);
    expect(streams[2]?.tags?.language).toBe('zho');
  });

  it('invents nothing on pictures that are no match', async () => {
    const input = 'lavfi:mandelbrot=size=640x360:rate=10,trim=duration=20';
    const { code } = await booth('annotate', input, '--out', join(folder, 'foreign'), '--formats', 'jsonl');
    expect(code).toBe(0);
    const [name] = await files('foreign');
    const cues = readJsonl(await text('foreign', name ?? ''));
    expect(cues.filter((cue) => cue.importance >= 0.5)).toEqual([]);
    expect(cues.length).toBeLessThanOrEqual(2);
  });

  it('is silenced in good order by Ctrl-C, and leaves valid files', async () => {
    const input = 'lavfi:testsrc2=size=320x180:rate=8:duration=3600';
    const running = startBooth(['annotate', input, '--out', join(folder, 'cut'), '--json']);
    await running.line(/"type":"ready"/);
    running.child.kill('SIGINT');
    const { code } = await running.ended;
    expect(code).toBe(130);
    expect(
      (await text('cut', (await files('cut')).find((name) => name.endsWith('.vtt')) ?? '')).startsWith(
        'WEBVTT\n',
      ),
    ).toBe(true);
  });
});

describe('booth annotate, given what it cannot use,', () => {
  const refused = async (input: string, ...args: string[]) => {
    const { code, stderr } = await booth('annotate', input, '--out', join(folder, 'refused'), ...args);
    expect(stderr.trim().split('\n')).toHaveLength(1);
    expect(stderr).not.toContain('    at ');
    return { code, stderr };
  };

  it.each([
    ['a missing file', '/nowhere/match.mp4', 3, 'INPUT_NOT_FOUND'],
    ['an option in disguise', '-rf', 2, ''],
    ['a protocol outside the list', 'concat:/etc/passwd|/etc/hosts', 2, 'INPUT_REFUSED'],
  ])('refuses %s', async (_, input, code, name) => {
    const result = await refused(input);
    expect(result).toMatchObject({ code, stderr: expect.stringContaining(name) });
  });

  it('refuses files without a readable picture', async () => {
    const path = (name: string) => join(folder, name);
    await writeFile(path('empty.mp4'), '');
    await writeFile(path('text.mp4'), 'This is no video.\n'.repeat(100));
    await ffmpeg('-f', 'lavfi', '-i', 'sine=duration=1', path('sound.m4a'));
    expect(await refused(path('empty.mp4'))).toMatchObject({
      code: 3,
      stderr: expect.stringContaining('INPUT_UNREADABLE'),
    });
    expect(await refused(path('text.mp4'))).toMatchObject({
      code: 3,
      stderr: expect.stringContaining('INPUT_UNREADABLE'),
    });
    expect(await refused(path('sound.m4a'))).toMatchObject({
      code: 3,
      stderr: expect.stringContaining('INPUT_NO_VIDEO'),
    });
  });

  it('refuses an unknown model, and a device that is not there', async () => {
    expect(await refused(sample('calm.mp4'), '--model', 'gpt-9')).toMatchObject({
      code: 4,
      stderr: expect.stringMatching(/gpt-9.*kickabout.*MODEL_NOT_FOUND/),
    });
    expect(await refused(sample('calm.mp4'), '--device', 'cuda')).toMatchObject({
      code: 4,
      stderr: expect.stringContaining('DEVICE_MISSING'),
    });
  });

  it('says so when the captions cannot be written', async () => {
    const { code, stderr } = await booth('annotate', sample('calm.mp4'), '--out', '/sys/booth');
    expect(code).toBe(5);
    expect(stderr).toContain('CAPTIONS_UNWRITABLE');
  });

  it('never replaces its own input', async () => {
    const dir = join(folder, 'own');
    await mkdir(dir, { recursive: true });
    await ffmpeg(
      '-f',
      'lavfi',
      '-i',
      'testsrc2=duration=1:rate=8',
      '-pix_fmt',
      'yuv420p',
      join(dir, 'match.mp4'),
    );
    const before = await readFile(join(dir, 'match.mp4'));
    const { code } = await booth('annotate', join(dir, 'match.mp4'), '--out', dir, '--narrate');
    expect(code).toBe(5);
    expect(await readFile(join(dir, 'match.mp4'))).toEqual(before);
    expect(await files('own')).toEqual(['match.mp4']);
  });

  it.each([
    ['an input that cannot be read twice', 'lavfi:testsrc2=duration=1', [], 5, 'read twice'],
    ['no voice', sample('calm.mp4'), ['--voice', 'none'], 7, '"none"'],
  ])('tells at once that %s cannot be narrated', async (_, input, args, code, hint) => {
    expect(await refused(input, '--narrate', ...args)).toMatchObject({
      code,
      stderr: expect.stringContaining(hint),
    });
    expect(await files('.')).not.toContain('refused');
  });

  it('takes what a truncated file still holds', async () => {
    const path = join(folder, 'cut.mp4');
    await ffmpeg(
      '-f',
      'lavfi',
      '-i',
      'testsrc2=duration=6:rate=8',
      '-pix_fmt',
      'yuv420p',
      '-movflags',
      '+faststart',
      path,
    );
    await truncate(path, 60_000);
    const { code, stdout } = await booth('annotate', path, '--out', join(folder, 'cutout'), '--json');
    expect(code).toBe(0);
    expect(JSON.parse(stdout.trim().split('\n').at(-1) ?? '').stats.frames).toBeGreaterThan(4);
  });
});
