import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bundledPersonas, loadPersona } from '../../src/personas/load-persona.js';
import { booth } from '../support/cli.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'booth-cli-personas-'));
});
afterAll(() => rm(folder, { recursive: true }));

describe('booth personas', () => {
  it('lists who can speak, for people and for programs', async () => {
    const { code, stdout } = await booth('personas', 'list');
    expect(code).toBe(0);
    for (const name of bundledPersonas()) expect(stdout).toContain(`  ${name} `);
    const told = JSON.parse((await booth('personas', 'list', '--json')).stdout) as { name: string }[];
    expect(told.map(({ name }) => name)).toEqual(bundledPersonas());
  });

  it('shows a persona that can be used as it is', async () => {
    const { code, stdout } = await booth('personas', 'show', 'play-by-play');
    expect(code).toBe(0);
    const mine = join(folder, 'mine.yaml');
    await writeFile(mine, stdout);
    expect(loadPersona(mine).file).toEqual(loadPersona('play-by-play').file);
  });

  it.each([
    ['personas', 'show', 'nobody'],
    ['annotate', 'x.mp4', '--out', 'o', '--persona', 'nobody'],
  ])('refuses an unknown one and names the known (%s %s)', async (...args) => {
    const { code, stderr } = await booth(...args);
    expect(code).toBe(2);
    expect(stderr).toMatch(/There is no persona "nobody"\. Known: audio-description, .*\[CONFIG_INVALID\]/);
  });

  it('tells the nearest word where one is not known', async () => {
    const { code, stderr } = await booth('personas', 'shw');
    expect([code, stderr]).toEqual([2, expect.stringContaining('Did you mean show?')]);
  });
});
