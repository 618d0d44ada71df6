import { Readable } from 'node:stream';
import type { Sound } from '../media/sound.js';
import type { Utterance } from '../media/utterance.js';
import { writeWav } from '../media/wav.js';
import { endlessWavHeader } from '../media/wav-stream.js';

const MAX_UTTERANCES = 64;
const MAX_BYTES = 33_554_432;

/** The newest utterances, for the page to play. Bound: MAX_UTTERANCES and MAX_BYTES; the oldest goes first. */
export class Voices {
  readonly #sounds = new Map<string, Sound>();
  readonly #base: string;

  /** `base`: before each path. */
  constructor(base: string) {
    this.#base = base;
  }

  /** Returns the path that plays it. */
  put({ cue, sound }: Utterance): string {
    this.#sounds.delete(cue.id);
    this.#sounds.set(cue.id, sound);
    sound.pieces.subscribe(() => this.#forgetOldest());
    return `${this.#base}/voice/${encodeURIComponent(cue.id)}.wav`;
  }

  /** A WAV file; while the sound still arrives, one without a length, as it comes. */
  get(id: string): Buffer | Readable | undefined {
    const sound = this.#sounds.get(id);
    if (sound === undefined) return undefined;
    return sound.isWhole ? Buffer.from(writeWav(sound.pcm)) : arriving(sound);
  }

  #forgetOldest(): void {
    let bytes = [...this.#sounds.values()].reduce((sum, sound) => sum + sound.bytes, 0);
    for (const [id, sound] of this.#sounds) {
      if (this.#sounds.size <= MAX_UTTERANCES && bytes <= MAX_BYTES) break;
      this.#sounds.delete(id);
      bytes -= sound.bytes;
    }
  }
}

/** What a slow client has not taken yet is bounded by the sound, which is kept anyway. */
function arriving({ sampleRateHz, pieces }: Sound): Readable {
  const file = new Readable({ read: () => {} });
  file.push(endlessWavHeader(sampleRateHz));
  const arrival = pieces.subscribe({
    next: (piece) => file.push(piece),
    complete: () => file.push(null),
  });
  return file.once('close', () => arrival.unsubscribe());
}
