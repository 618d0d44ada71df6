import type { Cue } from './cue.js';
import type { Sound } from './sound.js';

/** One cue as sound. */
export interface Utterance {
  readonly cue: Cue;
  /** Live, it may still be arriving. */
  readonly sound: Sound;
  readonly voice: string;
  /** Milliseconds from the capture of the cue's newest frame to the first byte of audio; `null` offline. */
  readonly captureToAudioMs: number | null;
}
