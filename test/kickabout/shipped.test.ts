import { execFile } from 'node:child_process';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { readTruth } from '../../src/eval/truth.js';

const MIB = 1024 * 1024;
const at = (path: string) => fileURLToPath(new URL(`../../${path}`, import.meta.url));
const text = (path: string) => readFileSync(at(path), 'utf8');
const format = text('models/kickabout/TRUTH.md');

describe.each(['match', 'calm', 'replay'])('the sample %s', (name) => {
  const told = text(`samples/${name}.truth.json`);
  const fields = JSON.parse(told);

  it('is a small video with sound, as long as its truth file', async () => {
    expect(statSync(at(`samples/${name}.mp4`)).size).toBeLessThanOrEqual(4 * MIB);
    const args = ['-v', 'error', '-of', 'json', '-show_entries', 'stream=codec_type,duration'];
    const { stdout } = await promisify(execFile)('ffprobe', [...args, at(`samples/${name}.mp4`)]);
    const streams: { codec_type: string; duration: string }[] = JSON.parse(stdout).streams;
    expect(streams.map(({ codec_type }) => codec_type)).toEqual(['video', 'audio']);
    for (const { duration } of streams)
      expect(Math.abs(Number(duration) - fields.duration)).toBeLessThan(0.1);
  });

  it('comes from a test seed, by the command in the README', () => {
    const { seed, minutes, start, duration } = fields;
    expect(Math.floor(seed / 1_000_000)).toBe(2);
    expect(text('samples/README.md')).toContain(
      `--seed ${seed} --minutes ${minutes} --start ${start} --duration ${duration} --crf 28 --name ${name} --out samples`,
    );
  });

  it('has a truth file that booth eval reads, with nothing in it that TRUTH.md does not tell', () => {
    expect(readTruth(told).duration).toBe(fields.duration);
    for (const key of Object.keys(fields)) expect(format).toContain(`"${key}"`);
    for (const { type } of fields.events) expect(format).toMatch(new RegExp(`^\\|[^|]*\`${type}\``, 'm'));
    const own = new Set(
      Object.values(fields).flatMap((rows) => (Array.isArray(rows) ? rows : []).flatMap(Object.keys)),
    );
    for (const key of own) expect(format).toMatch(new RegExp(`["\`]${key}["\`:]`));
  });
});

describe('the samples', () => {
  const events = (name: string): { type: string }[] => JSON.parse(text(`samples/${name}.truth.json`)).events;
  const types = (name: string) => events(name).map(({ type }) => type);

  it('show what they are there to show', () => {
    expect(types('match')).toEqual(expect.arrayContaining(['goal', 'corner', 'card', 'replay']));
    expect(types('replay').filter((type) => type === 'goal' || type === 'replay')).toEqual([
      'goal',
      'replay',
    ]);
    expect(types('calm')).not.toEqual(expect.arrayContaining([expect.stringMatching(/goal$|shot|card/)]));
    const { duration } = JSON.parse(text('samples/match.truth.json'));
    expect(duration).toBeGreaterThanOrEqual(60);
    expect(duration).toBeLessThanOrEqual(90);
  });
});

describe('the bundled model', () => {
  it('is at most 25 MiB, and says what it is, what it knows and how well it does', () => {
    const hub = at('models/kickabout/hub');
    const files = readdirSync(hub, { recursive: true, withFileTypes: true }).filter((entry) =>
      entry.isFile(),
    );
    const bytes = files.reduce((sum, { parentPath, name }) => sum + statSync(join(parentPath, name)).size, 0);
    expect(bytes).toBeLessThanOrEqual(25 * MIB);
    const manifest = JSON.parse(text('models/kickabout/hub/booth.json'));
    for (const key of ['description', 'knowsOnly', 'trainedOn', 'licence'])
      expect(manifest[key]).toMatch(/\w/);
    expect(manifest.measured).toMatchObject({
      en: { eventsF1: expect.any(Number) },
      zh: { eventsF1: expect.any(Number) },
    });
    expect(text('models/kickabout/README.md')).toContain(`Version ${manifest.version} `);
  });
});
