import { cp, mkdtemp, rm, truncate } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { booth, startBooth } from '../support/cli.js';
import { TINY } from '../vlm/tiny.js';

describe('booth', () => {
  it.each(['annotate', 'live', 'serve', 'demo', 'eval', 'doctor', 'models'])(
    'helps with %s',
    async (command) => {
      const { code, stdout } = await booth(command, '--help');
      expect(code).toBe(0);
      expect(stdout).toContain(`Usage: booth ${command}`);
    },
  );

  it('documents its exit codes', async () => {
    const { stdout } = await booth('--help');
    for (const code of [0, 1, 2, 3, 4, 5, 6, 7, 130])
      expect(stdout).toMatch(new RegExp(`^ {2}${code} {2}`, 'm'));
  });

  it.each([
    [['annotate', 'x.mp4', '--out', 'o', '--langg', 'en'], '--lang'],
    [['live', 'x.mp4', '--prot', '1'], '--port'],
    [['anotate'], 'annotate'],
  ])('refuses %j and names the nearest one it knows', async (args, nearest) => {
    const { code, stderr } = await booth(...args);
    expect(code).toBe(2);
    expect(stderr).toContain(`Did you mean ${nearest}?`);
  });

  it.each([
    [['annotate', 'x.mp4'], '--out'],
    [['annotate', 'x.mp4', '--out', 'o', '--formats', 'doc'], 'vtt, srt, jsonl'],
    [['annotate', 'x.mp4', '--out', 'o', '--device', 'abacus'], 'cpu'],
    [['live', 'x.mp4', '--port', '70000'], '65535'],
    [['live', 'x.mp4', '--duration', '-1'], 'above 0'],
    [['live', 'x.mp4', '--duration', '2592000'], 'up to 2147483'],
    [['live', 'x.mp4', '--config', '/nowhere.yaml'], '/nowhere.yaml'],
    [['annotate', 'x.mp4', '--out', 'o', '--lang', '../x'], 'commentator.lang'],
  ])('refuses %j and says what it expected', async (args, hint) => {
    const { code, stderr } = await booth(...args);
    expect(code).toBe(2);
    expect(stderr).toContain(hint);
    expect(stderr).not.toContain('    at ');
  });

  it('shows the stack with --debug only', async () => {
    const { stderr } = await booth('annotate', '/nowhere.mp4', '--out', 'o', '--debug');
    expect(stderr).toContain('    at ');
  });
});

describe('booth doctor', () => {
  it('reports every part for programs', async () => {
    const { code, stdout } = await booth('doctor', '--json');
    const report = z
      .object({
        ok: z.literal(true),
        node: z.string(),
        programs: z.array(z.object({ name: z.string(), found: z.literal(true), version: z.string() })),
        speech: z.array(z.object({ engine: z.string(), found: z.boolean(), advice: z.string() })),
        devices: z.array(z.object({ device: z.string(), works: z.boolean(), detail: z.string() })),
        models: z.array(z.object({ name: z.string(), works: z.boolean() })),
      })
      .parse(JSON.parse(stdout));
    expect(code).toBe(0);
    expect(report.devices.find(({ device }) => device === 'cpu')?.works).toBe(true);
    expect(report.models.map(({ name }) => name)).toContain('kickabout');
  });

  it('tells which pulled models are whole, and what is wrong with the others', async () => {
    const cache = await mkdtemp(join(tmpdir(), 'booth-cache-'));
    const whole = join(cache, 'models', 'tiny', 'whole');
    const damaged = join(cache, 'models', 'tiny', 'damaged');
    await Promise.all([cp(TINY, whole, { recursive: true }), cp(TINY, damaged, { recursive: true })]);
    await rm(join(damaged, 'onnx', 'embed_tokens.onnx'));
    const cut = join(cache, 'models', 'tiny', 'cut');
    await cp(TINY, cut, { recursive: true });
    await truncate(join(cut, 'onnx', 'decoder_model_merged.onnx'), 1_000);
    const { stdout } = await startBooth(['doctor', '--json'], { env: { BOOTH_CACHE: cache } }).ended;
    const { models } = JSON.parse(stdout) as { models: { name: string; works: boolean; detail: string }[] };
    expect(models.find(({ name }) => name === 'tiny/whole')).toMatchObject({
      works: true,
      detail: expect.stringMatching(/qwen2_5_vl.* answered on cpu in fp32 · put there by hand/),
    });
    expect(models.find(({ name }) => name === 'tiny/cut')).toMatchObject({
      works: false,
      detail: expect.stringContaining('decoder_model_merged.onnx is no ONNX graph'),
    });
    expect(models.find(({ name }) => name === 'tiny/damaged')).toMatchObject({
      works: false,
      detail: expect.stringContaining('no whole set of graphs'),
    });
    await rm(cache, { recursive: true });
  });

  it('says what to do where ffmpeg is missing', async () => {
    const { code, stdout } = await startBooth(['doctor'], { env: { PATH: '/nonexistent' } }).ended;
    expect(code).toBe(7);
    expect(stdout).toMatch(/✗ ffmpeg +missing; sudo apt-get install ffmpeg/);
  });
});
