import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readJsonl } from '../../src/captions/jsonl.js';
import { readVtt } from '../../src/captions/vtt.js';
import { booth } from '../support/cli.js';
import { type MediaFolder, mediaFolder } from '../support/media.js';

const CALM = fileURLToPath(new URL('../../samples/calm.mp4', import.meta.url));

let folder: MediaFolder;
beforeAll(async () => {
  folder = await mediaFolder();
});
afterAll(() => folder.dispose());

const cuesOf = async (...path: string[]) => readJsonl(await readFile(join(...path), 'utf8'));

describe('several languages at once', () => {
  it('are captioned and spoken each for itself, as if each were alone', { timeout: 240_000 }, async () => {
    const input = await folder.make('match.mp4', '-i', CALM, '-t', '12', '-c', 'copy');
    const both = folder.path('both');
    const ran = await booth('annotate', input, '--lang', 'en,zh', '--out', both, '--narrate', '--json');
    expect(ran.code, ran.stderr).toBe(0);
    const [en, zh] = [await cuesOf(both, 'match.en.jsonl'), await cuesOf(both, 'match.zh.jsonl')];
    expect(en.length * zh.length).toBeGreaterThan(0);
    expect(en.every(({ lang, channel }) => lang === 'en' && channel === 'en')).toBe(true);
    expect(
      zh.every(
        ({ lang, channel, text }) => lang === 'zh' && channel === 'zh' && /\p{Script=Han}/u.test(text),
      ),
    ).toBe(true);
    const lines = readVtt(await readFile(join(both, 'match.zh.vtt'), 'utf8')).flatMap(({ lines }) => lines);
    expect(lines.join('')).toBe(zh.map(({ text }) => text).join(''));

    const alone = folder.path('alone');
    expect((await booth('annotate', input, '--lang', 'zh', '--out', alone, '--json')).code).toBe(0);
    const own = (await cuesOf(alone, 'match.jsonl')).map((cue) => ({
      ...cue,
      channel: 'zh',
      id: `zh-${cue.seq}`,
    }));
    expect(zh).toEqual(own);

    const streams = async (file: string) => {
      const entries = ['-show_entries', 'stream=codec_type:stream_tags=language', '-of', 'csv=p=0'];
      const { stdout } = await promisify(execFile)('ffprobe', ['-v', 'error', ...entries, join(both, file)]);
      return stdout;
    };
    expect(await streams('match.zh.mp4')).toMatch(/subtitle,.*zho/);
    expect(await streams('match.en.mp4')).toMatch(/subtitle,.*eng/);
  });

  it('are refused by name where the model does not speak one of them', async () => {
    const { code, stderr } = await booth('annotate', CALM, '--lang', 'en,fr', '--out', folder.path('fr'));
    expect(code).toBe(2);
    expect(stderr).toContain('does not speak "fr"');
  });
});
