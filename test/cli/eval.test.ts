import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { booth } from '../support/cli.js';

const TRUTH = fileURLToPath(new URL('../eval/truth.json', import.meta.url));

const cue = (start: number, text: string) => JSON.stringify({ start, end: start + 2, text, lang: 'en' });

let folder: string;
const path = (name: string) => join(folder, name);
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'booth-eval-'));
  await writeFile(path('cues.jsonl'), `${cue(23.5, 'Corner for Red!')}\n${cue(29.5, 'Goal for Red!')}\n`);
  await writeFile(path('late.jsonl'), `${cue(1, 'Corner for Red!')}\n${cue(500, 'Goal for Red!')}\n`);
  await writeFile(path('cues.vtt'), 'WEBVTT\n\n00:01.000 --> 00:02.000\nGoal!\n');
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const evaluate = (truth: string, cues: string, ...more: string[]) =>
  booth('eval', '--truth', truth, '--cues', cues, ...more);

describe('booth eval', () => {
  it('gives the same numbers twice, for people and for programs', { timeout: 120_000 }, async () => {
    const runs = [[], [], ['--json'], ['--json']].map((more) => evaluate(TRUTH, path('cues.jsonl'), ...more));
    const [table, again, json, jsonAgain] = (await Promise.all(runs)).map(({ stdout }) => stdout);
    expect(table).toMatch(/^goal +2 +1 +1 +1\.000 +0\.500/m);
    expect([again, jsonAgain]).toEqual([table, json]);
    expect(JSON.parse(json ?? '')).toMatchObject({ lang: 'en', cues: 2, repeatRate: 0 });
  });

  it.each([
    [
      'a truth that is not there',
      'gone.json',
      'cues.jsonl',
      [],
      /--truth .*gone\.json cannot be read: it is not there/,
    ],
    [
      'cues that are not there',
      TRUTH,
      'gone.jsonl',
      [],
      /--cues .*gone\.jsonl cannot be read: it is not there/,
    ],
    [
      'captions of another format',
      TRUTH,
      'cues.vtt',
      [],
      /Line 1 of the cues .*Give the \.jsonl that booth wrote/,
    ],
    ['cues as a truth', 'cues.jsonl', 'cues.jsonl', [], /ground truth cannot be read.*docs\/evaluation\.md/],
    [
      'cues of another video',
      TRUTH,
      'late.jsonl',
      [],
      /begins at 500 s.* ends at 136 s.*Check --truth and --cues/,
    ],
    [
      'a language that no cue has',
      TRUTH,
      'cues.jsonl',
      ['--lang', 'zh'],
      /--lang zh: no cue is in it.*are in en/,
    ],
  ])('says of %s what to do', { timeout: 60_000 }, async (_, truth, cues, more, message) => {
    const { code, stderr, stdout } = await evaluate(
      truth === TRUTH ? TRUTH : path(truth),
      path(cues),
      ...more,
    );
    expect(stderr).toMatch(message);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  });
});
