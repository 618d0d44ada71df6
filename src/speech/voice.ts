import { BoothError, messageOf } from '../errors.js';
import { parseWav, pcmDuration, trimSilence, writeWav } from '../media/wav.js';
import { speakable } from './speakable.js';
import type { Speech } from './tts.js';

/** What every engine does around its own process: the text made safe, the sound made whole. */
export interface Utterable {
  readonly engine: string;
  readonly voice: string | null;
  readonly lang: string;
  readonly signal: AbortSignal | undefined;
  /** Gets text that is safe to read and gives a WAV file, however wrong its header. */
  speak(text: string): Promise<Uint8Array>;
}

/** A line made safe to read, and the error to raise where it cannot be said after all. */
export interface ReadyLine {
  readonly said: string;
  failed(why: string, cause?: unknown): BoothError;
}

/** Raises SPEECH_FAILED for a line without a word or a voice, or the signal's reason. */
export function readyLine(
  text: string,
  { engine, voice, lang, signal }: Omit<Utterable, 'speak'>,
): ReadyLine {
  signal?.throwIfAborted();
  const failed = (why: string, cause?: unknown) =>
    new BoothError('SPEECH_FAILED', `${engine} could not say ${quoted(text)}: ${why}.`, { cause });

  if (voice === null) throw failed(`it has no voice for "${lang}"; choose another --lang or engine`);
  const said = speakable(text, lang);
  if (said === '') throw failed('it holds no word');
  return { said, failed };
}

/** Raises SPEECH_FAILED, or the signal's reason. */
export async function voiceLine(text: string, { speak, ...line }: Utterable): Promise<Speech> {
  const { said, failed } = readyLine(text, line);
  const { signal } = line;
  let bytes: Uint8Array;
  try {
    bytes = await speak(said);
  } catch (thrown) {
    signal?.throwIfAborted();
    throw failed(messageOf(thrown), thrown);
  }
  signal?.throwIfAborted();
  const pcm = parseWav(bytes);
  if (pcm === null) throw failed('the engine gave no WAV file');
  const trimmed = trimSilence(pcm);
  if (trimmed.samples.length === 0) throw failed('the engine gave silence');
  return { wav: writeWav(trimmed), sampleRateHz: trimmed.sampleRateHz, duration: pcmDuration(trimmed) };
}

export function clamp(value: number, low: number, high: number): number {
  return Math.min(high, Math.max(low, value));
}

function quoted(text: string): string {
  const line = text
    .slice(0, 200)
    .replace(/[\p{C}\s]+/gu, ' ')
    .trim();
  return JSON.stringify(line.length > 40 ? `${line.slice(0, 40)}…` : line);
}
