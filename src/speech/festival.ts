import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findOnPath, run } from '../process.js';
import { speedOf, type VoiceOptions } from './cast.js';
import { asciiOnly, isLatin } from './speakable.js';
import type { Speech, Tts } from './tts.js';
import { clamp, voiceLine } from './voice.js';

const COMMAND = 'text2wave';
/** Measured: the speed of festival's kal voice at a duration stretch of 1. */
const NATURAL_WORDS_PER_MINUTE = 165;

/** Builds festival's adapter; `null` when it is not installed. */
export async function openFestival(options: VoiceOptions): Promise<Tts | null> {
  return (await findOnPath(COMMAND)) === null ? null : new FestivalTts(options);
}

/** `2.5.0`, or `null` when festival is not installed. */
export async function festivalVersion(): Promise<string | null> {
  const printed = await run('festival', ['--version'], { timeoutMs: 5_000 }).catch(() => null);
  if (printed === null) return null;
  return /(\d+\.\d+[\w.]*)/.exec(printed.stdout.toString())?.[1] ?? 'unknown';
}

/** Festival speaks its installed English voice and nothing else; Chinese text makes it crash, so it never gets any. */
class FestivalTts implements Tts {
  readonly name = 'festival';

  constructor(private readonly options: VoiceOptions) {}

  voiceFor(lang: string): string | null {
    return /^en(-|$)/i.test(lang) ? 'default' : null;
  }

  synthesise(
    text: string,
    lang: string,
    signal?: AbortSignal,
    speaker: string | null = null,
  ): Promise<Speech> {
    return voiceLine(text, {
      engine: this.name,
      voice: this.voiceFor(lang),
      lang,
      signal,
      speak: (line) => this.#speak(line, speedOf(this.options, speaker), signal),
    });
  }

  async close(): Promise<void> {}

  /** text2wave goes back to write the header, so it needs a file. Its `-eval` never holds text. */
  async #speak(line: string, wordsPerMinute: number, signal: AbortSignal | undefined): Promise<Uint8Array> {
    if (!isLatin(line)) throw new Error('it can read Latin letters only; install espeak-ng');
    const text = asciiOnly(line);
    if (!/[A-Za-z0-9]/.test(text)) throw new Error('it holds no word in plain letters');
    const stretch = clamp(NATURAL_WORDS_PER_MINUTE / wordsPerMinute, 0.4, 2.5).toFixed(2);
    const folder = await mkdtemp(join(tmpdir(), 'booth-speech-'));
    try {
      const file = join(folder, 'line.wav');
      const args = ['-o', file, '-eval', `(Parameter.set 'Duration_Stretch ${stretch})`, '-'];
      await run(COMMAND, args, {
        input: text,
        timeoutMs: this.options.timeoutMs,
        ...(signal ? { signal } : {}),
      });
      return await readFile(file);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  }
}
