import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { makeConfig } from '../../src/config.js';
import { run } from '../../src/process.js';
import { describeSpeech } from '../../src/speech/describe.js';
import { openEspeak } from '../../src/speech/espeak.js';
import { openFestival } from '../../src/speech/festival.js';
import { findSpeaker, findTts } from '../../src/speech/find-tts.js';

const { speech } = makeConfig({ speech: { timeoutMs: 120_000 } });
const PATH = process.env.PATH;
afterEach(() => {
  process.env.PATH = PATH;
});

async function open<Engine>(opened: Promise<Engine | null>): Promise<Engine> {
  const engine = await opened;
  if (engine === null) throw new Error('the speech engine is not installed');
  return engine;
}

describe('espeak-ng', () => {
  it('has a voice for English and for Chinese, by any of their tags', async () => {
    const tts = await open(openEspeak(speech));
    expect(tts.voiceFor('en')).toMatch(/^en-/);
    expect(tts.voiceFor('en-US')).toBe('en-us');
    expect(tts.voiceFor('zh')).toMatch(/^cmn/);
    expect(tts.voiceFor('zh-CN')).toBe(tts.voiceFor('zh'));
    expect(tts.voiceFor('de')).toBe('de');
    expect(tts.voiceFor('--voices')).toBeNull();
    expect(tts.voiceFor('../../etc/passwd')).toBeNull();
  });

  it('reads Chinese as Chinese: a syllable for each character, not the letters of its spelling', async () => {
    const tts = await open(openEspeak(speech));
    const voice = tts.voiceFor('zh') ?? '';
    const text = '红队在中场断球，迅速推进到禁区前沿';
    const { stdout } = await run('espeak-ng', ['-v', voice, '-q', '-x', '--stdin'], { input: text });
    expect(stdout.toString()).not.toContain('(en)');

    const { duration } = await tts.synthesise(text, 'zh');
    const perCharacter = duration / 16;
    expect(perCharacter).toBeGreaterThan(0.13);
    expect(perCharacter).toBeLessThan(0.32);
  });

  it('speaks faster when it is told to, within what the engine takes', async () => {
    const line = 'They pass it around at the back and look for a way through.';
    const at = async (wordsPerMinute: number) =>
      (await (await open(openEspeak({ ...speech, wordsPerMinute }))).synthesise(line, 'en')).duration;
    expect(await at(120)).toBeGreaterThan((await at(240)) * 1.5);
    expect(await at(100_000)).toBeGreaterThan(0.5);
  });

  it('names itself and the voice it lacks when it fails', async () => {
    const tts = await open(openEspeak(speech));
    await expect(tts.synthesise('Hello', 'tlh')).rejects.toThrow(/espeak-ng could not say "Hello": .*"tlh"/);
  });

  it('gives up after its time limit', async () => {
    const tts = await open(openEspeak({ ...speech, timeoutMs: 1 }));
    await expect(tts.synthesise('word '.repeat(100), 'en')).rejects.toMatchObject({
      code: 'SPEECH_FAILED',
      message: expect.stringContaining('1 ms'),
    });
  });
});

describe('festival', { timeout: 300_000 }, () => {
  it('never gets Chinese text, which crashes it', async () => {
    const tts = await open(openFestival(speech));
    expect(tts.voiceFor('zh')).toBeNull();
    await expect(tts.synthesise('红队进球了', 'en')).rejects.toThrow(/Latin letters only/);
    await expect(tts.synthesise('Goal by Иван', 'en')).rejects.toThrow(/Latin letters only/);
  });

  it('reads names with accents', async () => {
    const tts = await open(openFestival(speech));
    expect((await tts.synthesise('Müller finds Gündoğan.', 'en')).duration).toBeGreaterThan(0.8);
  });

  it('leaves no file behind, even on abort', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'booth-test-'));
    const { TMPDIR } = process.env;
    process.env.TMPDIR = folder;
    try {
      const tts = await open(openFestival(speech));
      await tts.synthesise('A pass.', 'en');
      const speaking = tts.synthesise('word '.repeat(100), 'en', AbortSignal.timeout(100));
      await expect(speaking).rejects.toThrow();
      expect(await readdir(folder)).toEqual([]);
    } finally {
      if (TMPDIR === undefined) delete process.env.TMPDIR;
      else process.env.TMPDIR = TMPDIR;
      await rm(folder, { recursive: true });
    }
  });
});

describe('findTts', () => {
  it('prefers espeak-ng', async () => {
    expect((await findTts(speech, 'en'))?.name).toBe('espeak-ng');
    expect((await findTts({ ...speech, engine: 'say' }, 'zh'))?.name).toBe('espeak-ng');
  });

  it('takes the engine that it is told to', async () => {
    expect((await findTts({ ...speech, engine: 'festival' }, 'en'))?.name).toBe('festival');
    expect(await findTts({ ...speech, engine: 'none' }, 'en')).toBeNull();
  });

  it('says that an engine lacks the language', async () => {
    await expect(findTts({ ...speech, engine: 'festival' }, 'zh')).rejects.toMatchObject({
      code: 'SPEECH_MISSING',
    });
    expect(await findTts(speech, 'qqq')).toBeNull();
  });

  it('gives null where nothing is installed, and says how to install what is asked for', async () => {
    process.env.PATH = '/nonexistent';
    expect(await findTts(speech, 'en')).toBeNull();
    expect(await findSpeaker(speech)).toBeNull();
    for (const engine of ['espeak-ng', 'festival'] as const) {
      await expect(findTts({ ...speech, engine }, 'en')).rejects.toMatchObject({
        code: 'SPEECH_MISSING',
        message: expect.stringContaining(`apt-get install -y ${engine}`),
      });
    }
    await expect(findSpeaker({ ...speech, engine: 'say' })).rejects.toMatchObject({ code: 'SPEECH_MISSING' });
  });

  it('takes an engine that is broken for one that is missing', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'booth-broken-'));
    const script = '#!/bin/sh\n[ "$1" = --version ] && echo 1.51 || exit 1\n';
    await writeFile(join(folder, 'espeak-ng'), script, { mode: 0o755 });
    process.env.PATH = `${folder}:${PATH}`;
    expect((await findTts(speech, 'en'))?.name).toBe('festival');
    await expect(findTts({ ...speech, engine: 'espeak-ng' }, 'en')).rejects.toMatchObject({
      code: 'SPEECH_MISSING',
      message: expect.stringContaining('does not answer'),
    });
    expect((await describeSpeech())[0]).toMatchObject({ found: false });
    await rm(folder, { recursive: true });
  });
});

describe('findSpeaker', () => {
  it('is npm say for English and a speech engine through ALSA for Chinese', async () => {
    expect((await findSpeaker(speech))?.name).toBe('say');
    expect((await findSpeaker(speech, 'zh'))?.name).toBe('espeak-ng + aplay');
    expect((await findSpeaker({ ...speech, engine: 'espeak-ng' }))?.name).toBe('espeak-ng + aplay');
    expect(await findSpeaker({ ...speech, engine: 'none' })).toBeNull();
  });
});

describe('describeSpeech', () => {
  it('shows what is installed, its version and its voices', async () => {
    const [espeak, festival, say] = await describeSpeech();
    expect(espeak).toMatchObject({
      engine: 'espeak-ng',
      found: true,
      version: expect.stringMatching(/^1\.\d/),
      advice: '',
    });
    expect(espeak?.voices.zh).toMatch(/^cmn/);
    expect(festival).toMatchObject({
      found: true,
      version: expect.stringMatching(/^2\./),
      voices: { zh: null },
    });
    expect(say).toMatchObject({ use: 'loudspeaker', found: true });
  });

  it('says what to do about what is missing', async () => {
    process.env.PATH = '/nonexistent';
    for (const report of await describeSpeech()) {
      expect(report).toMatchObject({ found: false, version: null, voices: { en: null, zh: null } });
      expect(report.advice).toMatch(/^apt-get install -y /);
    }
  });
});
