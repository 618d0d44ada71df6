import type { Utterance } from '../media/utterance.js';

const MAX_UTTERANCES = 64;
const MAX_BYTES = 33_554_432;

/** The newest utterances, for the page to play. Bound: MAX_UTTERANCES and MAX_BYTES; the oldest goes first. */
export class Voices {
  readonly #wavs = new Map<string, Uint8Array>();
  readonly #base: string;
  #bytes = 0;

  /** `base`: before each path. */
  constructor(base: string) {
    this.#base = base;
  }

  /** Returns the path that plays it. */
  put({ cue, wav }: Utterance): string {
    this.#drop(cue.id);
    this.#wavs.set(cue.id, wav);
    this.#bytes += wav.length;
    for (const id of this.#wavs.keys()) {
      if (this.#wavs.size <= MAX_UTTERANCES && this.#bytes <= MAX_BYTES) break;
      this.#drop(id);
    }
    return `${this.#base}/voice/${encodeURIComponent(cue.id)}.wav`;
  }

  get(id: string): Uint8Array | undefined {
    return this.#wavs.get(id);
  }

  #drop(id: string): void {
    this.#bytes -= this.#wavs.get(id)?.length ?? 0;
    this.#wavs.delete(id);
  }
}
