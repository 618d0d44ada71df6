import { readFileSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { concat, from, NEVER, of, Subject, throwError } from 'rxjs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readJsonl, writeJsonl } from '../../src/captions/jsonl.js';
import { readSrt, writeSrt } from '../../src/captions/srt.js';
import { readVtt, writeVtt } from '../../src/captions/vtt.js';
import { writeCaptions } from '../../src/captions/write.js';
import { CAPTION_FORMATS } from '../../src/config-schema.js';
import type { Cue } from '../../src/media/cue.js';
import { lastForms, line, tell } from '../commentator/support.js';
import { fc } from '../support/fc.js';
import { cue, WRAP } from './support.js';

let dir: string;

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'booth-captions-'));
});

afterEach(async () => {
  await rm(dir, { recursive: true, force: true });
});

const target = () => ({ dir, base: 'match', formats: CAPTION_FORMATS });
const read = (format: string) => readFileSync(join(dir, `match.${format}`), 'utf8');

/** What all three files hold now; throws when one of them is not valid. */
function texts(): string[][] {
  const flat = (captions: readonly { lines: readonly string[] }[]) =>
    captions.map(({ lines }) => lines.join(' '));
  return [
    flat(readVtt(read('vtt'))),
    flat(readSrt(read('srt'))),
    readJsonl(read('jsonl')).map(({ text }) => text),
  ];
}

describe('writeCaptions', () => {
  it('writes the files in a folder that it makes, and tells their paths', async () => {
    const folder = join(dir, 'deep', 'out');
    const files = await writeCaptions(of(cue(0), cue(1)), { ...target(), dir: folder }, WRAP);
    expect(files).toEqual({
      vtt: join(folder, 'match.vtt'),
      srt: join(folder, 'match.srt'),
      jsonl: join(folder, 'match.jsonl'),
    });
    expect(await readFile(join(folder, 'match.vtt'), 'utf8')).toBe(writeVtt([cue(0), cue(1)], WRAP));
    expect(await readFile(join(folder, 'match.srt'), 'utf8')).toBe(writeSrt([cue(0), cue(1)], WRAP));
    expect(await readFile(join(folder, 'match.jsonl'), 'utf8')).toBe(writeJsonl([cue(0), cue(1)]));
  });

  it('writes only the formats asked for, each once', async () => {
    await writeCaptions(of(cue(0)), { ...target(), formats: ['srt', 'srt'] }, WRAP);
    expect(await readdir(dir)).toEqual(['match.srt']);
  });

  it('leaves valid files when nothing was said, replacing older ones', async () => {
    await writeFile(join(dir, 'match.vtt'), 'something else that is longer');
    await writeCaptions(of(), target(), WRAP);
    expect([read('vtt'), read('srt'), read('jsonl')]).toEqual(['WEBVTT\n\n', '', '']);
  });

  it('has every final cue in valid files as soon as it was sent', () => {
    const said = new Subject<Cue>();
    void writeCaptions(said, target(), WRAP);
    expect(texts()).toEqual([[], [], []]);
    said.next(cue(0, { final: false, text: 'Li' }));
    expect(texts()).toEqual([[], [], []]);
    said.next(cue(0));
    expect(texts()).toEqual([['Line 0.'], ['Line 0.'], ['Line 0.']]);
    said.next(cue(1));
    expect(texts()[0]).toEqual(['Line 0.', 'Line 1.']);
    said.complete();
  });

  it('gives a cut cue its true end, and leaves out what was withdrawn', async () => {
    const said = [
      cue(0),
      cue(1),
      cue(2),
      cue(1, { end: 6 }),
      cue(2, { end: 9 }),
      cue(3),
      cue(4, { end: 17 }),
    ];
    await writeCaptions(from(said), target(), WRAP);
    expect(readJsonl(read('jsonl'))).toEqual([cue(0), cue(1, { end: 6 }), cue(3)]);
    expect(read('vtt')).toBe(writeVtt([cue(0), cue(1, { end: 6 }), cue(3)], WRAP));
    expect(read('srt')).toBe(writeSrt([cue(0), cue(1, { end: 6 }), cue(3)], WRAP));
  });

  it('holds what readers of all forms hold, for any commentary', async () => {
    const text = fc.constantFrom(
      'Goal for Red!',
      'Penalty to Blue!',
      'Red pass it on.',
      'Blue press them hard, all over the field.',
      '红队射门！',
    );
    const looks = fc.array(fc.record({ wait: fc.integer({ min: 100, max: 3_000 }), text }), {
      maxLength: 25,
    });
    await fc.assert(
      fc.asyncProperty(looks, async (said) => {
        let at = 1;
        const { forms } = tell(
          said.map(({ wait, text }) => {
            at += wait / 1_000;
            return line(at, text);
          }),
          { repeatWindow: 0 },
        );
        await writeCaptions(from(forms), target(), WRAP);
        expect(readJsonl(read('jsonl'))).toEqual(lastForms(forms));
        expect(read('vtt')).toBe(writeVtt(lastForms(forms), WRAP));
        expect(read('srt')).toBe(writeSrt(lastForms(forms), WRAP));
      }),
      { numRuns: 30 },
    );
  });

  it('passes an error on and keeps what was said before it', async () => {
    const failure = new Error('the model is gone');
    const said = concat(
      of(cue(0)),
      throwError(() => failure),
    );
    await expect(writeCaptions(said, target(), WRAP)).rejects.toBe(failure);
    expect(texts()).toEqual([['Line 0.'], ['Line 0.'], ['Line 0.']]);
  });

  it.each(['', '.', '..', '../match', 'a/b'])('refuses %j as a base name', async (base) => {
    await expect(writeCaptions(NEVER, { ...target(), base }, WRAP)).rejects.toThrow(TypeError);
  });
});

describe('captions that cannot be written', () => {
  const unwritable = (path: string, advice: string) => {
    const [inPath, inAdvice] = [path, advice].map((part) => part.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&'));
    return expect.objectContaining({
      code: 'CAPTIONS_UNWRITABLE',
      message: expect.stringMatching(new RegExp(`${inPath}.*${inAdvice}`)) as string,
    }) as unknown;
  };

  it('tell of a full disk at once, and stop listening', async () => {
    await symlink('/dev/full', join(dir, 'match.srt'));
    const said = new Subject<Cue>();
    const written = writeCaptions(said, target(), WRAP);
    said.next(cue(0));
    await expect(written).rejects.toEqual(unwritable('match.srt', 'disk is full'));
    expect(said.observed).toBe(false);
  });

  it('tell of a full disk before the first cue where there is a header', async () => {
    await symlink('/dev/full', join(dir, 'match.vtt'));
    await expect(writeCaptions(NEVER, target(), WRAP)).rejects.toEqual(
      unwritable('match.vtt', 'disk is full'),
    );
  });

  it('tell of a folder that has the name of a file', async () => {
    await mkdir(join(dir, 'match.jsonl'));
    await expect(writeCaptions(NEVER, target(), WRAP)).rejects.toEqual(
      unwritable('match.jsonl', 'a folder has that name'),
    );
  });

  it('tell of a file that stands where a folder should be', async () => {
    await writeFile(join(dir, 'out'), '');
    await expect(writeCaptions(NEVER, { ...target(), dir: join(dir, 'out') }, WRAP)).rejects.toEqual(
      unwritable('out', 'a file stands where the folder should be'),
    );
    await expect(writeCaptions(NEVER, { ...target(), dir: join(dir, 'out', 'deep') }, WRAP)).rejects.toEqual(
      unwritable('deep', 'a part of the path is a file'),
    );
  });

  it('tell of a folder that cannot be made where one exists', async () => {
    // In /proc the reason is "no such file", which Node's own recursive mkdir answers by trying again, for ever.
    await expect(writeCaptions(NEVER, { ...target(), dir: '/proc/out/deep' }, WRAP)).rejects.toEqual(
      unwritable('/proc/out/deep', 'choose another folder'),
    );
  });

  it('tell of a name that is too long', async () => {
    await expect(writeCaptions(NEVER, { ...target(), base: 'x'.repeat(300) }, WRAP)).rejects.toEqual(
      unwritable('x.vtt', 'too long'),
    );
  });

  it('tell of a folder that may not be written', async () => {
    // Nobody may create files in /sys, not even root.
    await expect(writeCaptions(NEVER, { ...target(), dir: '/sys' }, WRAP)).rejects.toEqual(
      unwritable('match.vtt', 'allow writing there'),
    );
  });
});
