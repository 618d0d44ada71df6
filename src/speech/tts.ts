import type { SoundStream } from '../media/wav-stream.js';

/** Sound of one line. */
export interface Speech {
  /** A complete mono 16-bit PCM WAV file with a true length in its header. */
  readonly wav: Uint8Array;
  readonly sampleRateHz: number;
  /** Seconds. */
  readonly duration: number;
}

/** Port: text to sound. Text is hostile: an engine never lets it reach a shell, an option or a script. */
export interface Tts {
  /** `espeak-ng`, `festival`, … */
  readonly name: string;
  /** Voice for a BCP 47 language, or `null` where the engine has none. */
  voiceFor(lang: string): string | null;
  /**
   * `speaker` is one of the cast that the engine was opened with, where several speak. Raises `BoothError` SPEECH_FAILED. Aborting
   * rejects with the signal's reason and kills the engine's process.
   */
  synthesise(text: string, lang: string, signal?: AbortSignal, speaker?: string | null): Promise<Speech>;
  /** The same while it is being made, from the first sound on, where the engine can; reading it raises the same. */
  stream?(text: string, lang: string, signal?: AbortSignal, speaker?: string | null): Promise<SoundStream>;
  close(): Promise<void>;
}

export interface SpeakOptions {
  readonly signal?: AbortSignal;
  readonly speaker?: string | null;
  /** Called once when the sound begins; where nobody can tell, when its making does. */
  readonly onSound?: () => void;
}

/** Port: plays a line on this machine's loudspeaker. */
export interface Speaker {
  readonly name: string;
  /** Resolves when the line has been heard, with the seconds that it took to say. */
  speak(text: string, lang: string, options?: SpeakOptions): Promise<number>;
  close(): Promise<void>;
}
