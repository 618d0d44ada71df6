import { chmod, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { makeConfig } from '../../src/config.js';
import { BoothError } from '../../src/errors.js';
import { parseWav, pcmDuration } from '../../src/media/wav.js';
import { run } from '../../src/process.js';
import { AplaySpeaker } from '../../src/speech/aplay.js';
import { openEspeak } from '../../src/speech/espeak.js';
import { festivalCommand, SaySpeaker } from '../../src/speech/say.js';
import type { Speaker } from '../../src/speech/tts.js';
import { hostileTexts } from '../contract/tts.js';
import { tone } from './fakes.js';

const { speech } = makeConfig({ speech: { timeoutMs: 120_000 } });
const { PATH, ALSA_CONFIG_PATH } = process.env;

let folder: string;
let heardFile: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'booth-speaker-'));
  heardFile = join(folder, 'heard.wav');
  await useAlsa(`pcm.silent { type null }
    pcm.!default { type file slave.pcm silent file "${heardFile}" format wav }`);
});
afterEach(async () => {
  process.env.PATH = PATH;
  process.env.ALSA_CONFIG_PATH = ALSA_CONFIG_PATH;
  await rm(folder, { recursive: true });
});

/** Makes ALSA's default device what the test needs: one that writes what is heard to a file, or none. */
async function useAlsa(configuration: string): Promise<void> {
  const file = join(folder, 'alsa.conf');
  await writeFile(file, configuration);
  process.env.ALSA_CONFIG_PATH = file;
}

/** Seconds that came out of the loudspeaker. */
async function heardSeconds(): Promise<number> {
  const pcm = parseWav(await readFile(heardFile));
  return pcm === null ? 0 : pcmDuration(pcm);
}

/** Puts a player before the real one that tells its pid and then plays for a minute. */
async function useSlowPlayer(): Promise<{ pid: Promise<number> }> {
  const pipe = join(folder, 'pid');
  await run('mkfifo', [pipe]);
  await writeFile(join(folder, 'aplay'), `#!/bin/sh\necho $$ > ${pipe}\nexec sleep 60\n`);
  await chmod(join(folder, 'aplay'), 0o755);
  process.env.PATH = `${folder}:${PATH}`;
  return { pid: readFile(pipe, 'utf8').then(Number) };
}

/** False for a process that was killed and waits for its adoptive parent to take note. */
async function isAlive(pid: number): Promise<boolean> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => null);
  return stat !== null && !/\) [ZX] /.test(stat);
}

async function aplaySpeaker(): Promise<Speaker> {
  const tts = await openEspeak(speech);
  if (tts === null) throw new Error('espeak-ng is not installed');
  return new AplaySpeaker(tts);
}

describe.each([
  ['say', async (): Promise<Speaker> => new SaySpeaker(speech)],
  ['aplay', aplaySpeaker],
])('the loudspeaker %s', (_name, open) => {
  it('is heard, and resolves when it was, with the seconds that it took to say', async () => {
    const speaker = await open();
    const seconds = await speaker.speak('The red side win the ball.', 'en');
    const heard = await heardSeconds();
    expect(heard).toBeGreaterThan(1);
    expect(heard).toBeLessThan(4);
    expect(Math.abs(seconds - heard)).toBeLessThan(0.3);
  });

  it('says clearly that there is no audio device', async () => {
    await useAlsa('# no device at all\n');
    const speaker = await open();
    await expect(speaker.speak('Hello there.', 'en')).rejects.toMatchObject({
      code: 'SPEECH_FAILED',
      message: expect.stringContaining('no audio device'),
    });
  });

  it('kills its player at once on abort', async () => {
    const speaker = await open();
    const player = await useSlowPlayer();
    const abort = new AbortController();
    const speaking = speaker.speak('The red side win the ball.', 'en', { signal: abort.signal });
    const pid = await player.pid;
    expect(await isAlive(pid)).toBe(true);
    abort.abort(new Error('a goal cuts in'));
    await expect(speaking).rejects.toThrow('a goal cuts in');
    expect(await isAlive(pid)).toBe(false);
  });

  it('speaks hostile text or refuses it, and runs nothing of it', async () => {
    const speaker = await open();
    const traps = join(folder, 'traps');
    await run('mkdir', [traps]);
    const texts = hostileTexts(traps)
      .filter((text) => text.length < 200)
      .slice(0, 9);
    for (const text of texts) {
      const outcome = await speaker.speak(text, 'en').catch((error: { code: string }) => error.code);
      expect(typeof outcome === 'number' || outcome === 'SPEECH_FAILED').toBe(true);
    }
    expect(await readdir(traps)).toEqual([]);
  }, 180_000);

  it('says that its program is missing', async () => {
    const speaker = await open();
    process.env.PATH = '/nonexistent';
    await expect(speaker.speak('Hello.', 'en')).rejects.toMatchObject({
      code: 'SPEECH_FAILED',
      message: expect.stringMatching(/not installed/),
    });
  });
});

describe('AplaySpeaker', () => {
  it('plays sound that still arrives, and tells how much there was', async () => {
    const wav = tone(1, 16_000);
    async function* pcm() {
      yield wav.subarray(44, 8_044);
      yield wav.subarray(8_044);
    }
    const espeak = await openEspeak(speech);
    if (espeak === null) throw new Error('espeak-ng is not installed');
    const stream = () => Promise.resolve({ sampleRateHz: 16_000, pcm: pcm() });
    expect(await new AplaySpeaker(Object.assign(espeak, { stream })).speak('A line.', 'en')).toBeCloseTo(1);
    // aplay fills its last period up with silence.
    expect(await heardSeconds()).toBeGreaterThanOrEqual(1);
    expect(await heardSeconds()).toBeLessThan(1.2);
  });

  it('passes on what broke the sound, and stops', async () => {
    async function* pcm() {
      yield tone(0.1, 16_000).subarray(44);
      throw new BoothError('SPEECH_FAILED', 'the server went away');
    }
    const espeak = await openEspeak(speech);
    if (espeak === null) throw new Error('espeak-ng is not installed');
    const stream = () => Promise.resolve({ sampleRateHz: 16_000, pcm: pcm() });
    const speaking = new AplaySpeaker(Object.assign(espeak, { stream })).speak('A line.', 'en');
    await expect(speaking).rejects.toThrow('the server went away');
  });
});

describe('SaySpeaker', () => {
  it('refuses what festival cannot read', async () => {
    const speaker = new SaySpeaker(speech);
    await expect(speaker.speak('红队进球了', 'zh')).rejects.toMatchObject({ code: 'SPEECH_FAILED' });
    await expect(speaker.speak('红队进球了', 'en')).rejects.toMatchObject({ code: 'SPEECH_FAILED' });
    await expect(speaker.speak('', 'en')).rejects.toMatchObject({ code: 'SPEECH_FAILED' });
  });

  it('builds a script in which no text can end its string', () => {
    const command = festivalCommand('x") (system "id") \\" `id` $(id) %s', { wordsPerMinute: 175 });
    const lines = command?.pipedData.trim().split('\n') ?? [];
    expect(lines.at(-2)).toMatch(/^\(set! said \(SayText "[A-Za-z0-9 .,!?;:'-]*"\)\)$/);
    expect(lines).toHaveLength(6);
    expect(command?.args).toEqual(['--pipe']);
  });
});
