import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { parseWav } from '../../src/media/wav.js';
import type { Tts } from '../../src/speech/tts.js';

/** Texts that would run code, open files or change options if they were not only read aloud. */
export function hostileTexts(folder: string): readonly string[] {
  const file = join(folder, 'executed');
  return [
    `$(touch ${file}-1) goes for goal`,
    `\`touch ${file}-2\` goes for goal`,
    `x") (system "touch ${file}-3") (SayText "y`,
    `(system "touch ${file}-4")`,
    `'; touch ${file}-5; echo '`,
    `-f /etc/passwd goes for goal`,
    `--version goes for goal`,
    `-w ${file}-6 goes for goal`,
    `<audio src="${file}"/><speak>He <break time="9999s"/> shoots</speak>`,
    `[[wan5]] [[_:_:_:]] shoots`,
    `a\u0000b \u001b[31m red \u0007 bell\r\n\r\nnext\u2028line`,
    `"""\\\\\\"""'''\`\`\` shoots`,
    `;;; comment (quit) shoots`,
    `${'He passes and passes and passes again, '.repeat(256)}`,
    `${'A'.repeat(10_000)}`,
    `\ud800 lone \udfff surrogates`,
    `% %s %n %p \${HOME} $HOME {} {{}}`,
  ];
}

/** What every `Tts` does. Each adapter and each fake runs this suite. */
export function ttsContract(name: string, open: () => Promise<Tts | null>): void {
  // A voice that is slow on a busy machine is no fault: nothing here is about time.
  describe(`the Tts contract: ${name}`, { timeout: 300_000 }, () => {
    let tts: Tts;
    beforeAll(async () => {
      const opened = await open();
      if (opened === null) throw new Error(`${name} is not installed`);
      tts = opened;
    });
    afterAll(() => tts.close());

    it('gives a mono 16-bit WAV file whose header tells the truth', async () => {
      const { wav, sampleRateHz, duration } = await tts.synthesise('The red side win the ball.', 'en');
      const view = new DataView(wav.buffer, wav.byteOffset, wav.byteLength);
      expect(view.getUint32(4, true)).toBe(wav.length - 8);
      expect(view.getUint32(40, true)).toBe(wav.length - 44);
      expect([view.getUint16(20, true), view.getUint16(22, true), view.getUint16(34, true)]).toEqual([
        1, 1, 16,
      ]);
      expect(view.getUint32(24, true)).toBe(sampleRateHz);
      expect(duration).toBeCloseTo((wav.length - 44) / 2 / sampleRateHz, 6);
      expect(duration).toBeGreaterThan(0.8);
      expect(duration).toBeLessThan(4);
    });

    it('begins and ends with sound, not with silence', async () => {
      const { wav, sampleRateHz } = await tts.synthesise('Goal!', 'en');
      const samples = parseWav(wav)!.samples;
      const loudest = (part: Int16Array) =>
        part.reduce((most, sample) => Math.max(most, Math.abs(sample)), 0);
      const edge = Math.round(0.05 * sampleRateHz);
      expect(loudest(samples.subarray(0, edge))).toBeGreaterThan(100);
      expect(loudest(samples.subarray(-edge))).toBeGreaterThan(100);
    });

    it('says longer lines in longer time', async () => {
      const short = await tts.synthesise('A shot.', 'en');
      const long = await tts.synthesise('A shot from far out, over the bar and into the stand.', 'en');
      expect(long.duration).toBeGreaterThan(short.duration * 2);
    });

    it('has no voice for a language that does not exist, and says so', async () => {
      expect(tts.voiceFor('qqq')).toBeNull();
      await expect(tts.synthesise('Hello', 'qqq')).rejects.toMatchObject({ code: 'SPEECH_FAILED' });
    });

    it.each(['', '   ', '...', '\u0000\u0007', '<b></b>', '🙂'])(
      'refuses %j, which holds no word',
      async (text) => {
        await expect(tts.synthesise(text, 'en')).rejects.toMatchObject({ code: 'SPEECH_FAILED' });
      },
    );

    it('reads hostile text aloud, or refuses it, and runs nothing of it', async () => {
      const folder = await mkdtemp(join(tmpdir(), 'booth-hostile-'));
      onTestFinished(() => rm(folder, { recursive: true }));
      for (const text of hostileTexts(folder)) {
        const speech = await tts.synthesise(text, 'en').catch((error: { code: string }) => error.code);
        if (typeof speech === 'string') expect(speech).toBe('SPEECH_FAILED');
        else expect(speech.duration).toBeLessThan(90);
      }
      expect(await readdir(folder)).toEqual([]);
    });

    it('says several lines at once, each its own', async () => {
      const lines = Array.from({ length: 5 }, (_, index) => 'pass '.repeat(index + 1));
      const speeches = await Promise.all(lines.map((line) => tts.synthesise(line, 'en')));
      const durations = speeches.map((speech) => speech.duration);
      expect(durations).toEqual([...durations].sort((a, b) => a - b));
    });

    it('rejects with the reason of an abort', async () => {
      const abort = new AbortController();
      const speech = tts.synthesise('They pass it around at the back. '.repeat(15), 'en', abort.signal);
      abort.abort(new Error('changed my mind'));
      await expect(speech).rejects.toThrow('changed my mind');
      await expect(tts.synthesise('Hello', 'en', abort.signal)).rejects.toThrow('changed my mind');
    });
  });
}
