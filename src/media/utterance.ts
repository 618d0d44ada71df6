import type { Cue } from './cue.js';

/** One cue as audio. */
export interface Utterance {
  readonly cue: Cue;
  /** A complete mono 16-bit PCM WAV file. */
  readonly wav: Uint8Array;
  readonly sampleRateHz: number;
  /** Seconds of sound. */
  readonly duration: number;
  readonly voice: string;
  /** Milliseconds from the capture of the cue's newest frame to the first byte of audio; `null` offline. */
  readonly captureToAudioMs: number | null;
}
