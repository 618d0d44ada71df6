import { type Observable, ReplaySubject } from 'rxjs';
import { type Pcm, pcmBytes, pcmSamples } from './wav.js';

const BYTES_PER_SAMPLE = 2;

/**
 * Mono 16-bit sound that may still be arriving. It keeps what has arrived, so that whoever comes later hears it from its beginning;
 * the bound is that of who fills it.
 */
export class Sound {
  readonly sampleRateHz: number;
  readonly #pieces = new ReplaySubject<Uint8Array>();
  #bytes = 0;
  #isWhole = false;

  constructor(sampleRateHz: number) {
    this.sampleRateHz = sampleRateHz;
  }

  /** Sound that is whole. */
  static of({ samples, sampleRateHz }: Pcm): Sound {
    const sound = new Sound(sampleRateHz);
    sound.add(pcmBytes(samples));
    sound.end();
    return sound;
  }

  /** Little-endian samples, whole ones in each piece, from the first on. Completes when the sound does, and never fails. */
  get pieces(): Observable<Uint8Array> {
    return this.#pieces.asObservable();
  }

  /** What has arrived. */
  get pcm(): Pcm {
    const arrived: Uint8Array[] = [];
    this.#pieces.subscribe((piece) => arrived.push(piece)).unsubscribe();
    return { samples: pcmSamples(Buffer.concat(arrived)), sampleRateHz: this.sampleRateHz };
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** Of what has arrived. */
  get seconds(): number {
    return this.#bytes / BYTES_PER_SAMPLE / this.sampleRateHz;
  }

  /** True when nothing more will come. */
  get isWhole(): boolean {
    return this.#isWhole;
  }

  add(piece: Uint8Array): void {
    this.#bytes += piece.length;
    this.#pieces.next(piece);
  }

  end(): void {
    this.#isWhole = true;
    this.#pieces.complete();
  }
}
