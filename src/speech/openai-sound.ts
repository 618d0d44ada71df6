import type { BoothError } from '../errors.js';
import { pcmSamples, writeWav } from '../media/wav.js';
import type { Watch } from '../openai/watch.js';

/** Raw sound of the service: 24 kHz, 16 bits, one channel (OpenAI, text to speech, `pcm`). */
const PCM_RATE_HZ = 24_000;

/** Samples a second of raw sound; `null` for a file that tells by itself what it is. */
export function rawRate({ headers }: Response): number | null {
  const type = headers.get('content-type') ?? '';
  if (!/^audio\/(?:pcm|l16)/i.test(type)) return null;
  return Number(/rate=(\d{4,6})/i.exec(type)?.[1] ?? PCM_RATE_HZ);
}

/** Raw sound gets a header; all else is left for the caller to judge. */
export function asWav(bytes: Uint8Array, rawRateHz: number | null): Uint8Array {
  return rawRateHz === null ? bytes : writeWav({ samples: pcmSamples(bytes), sampleRateHz: rawRateHz });
}

/** The body as it comes; each piece is a sign of life. */
export async function* heard(
  { body }: Response,
  watch: Watch,
  onBroken: (thrown: unknown) => never,
): AsyncGenerator<Uint8Array> {
  try {
    for await (const piece of (body ?? []) as AsyncIterable<Uint8Array>) {
      watch.heard();
      yield piece;
    }
  } catch (thrown) {
    onBroken(thrown);
  }
  watch.throwIfEnded();
}

/** The same sound, whose failure is what `fail` makes of it; `close` comes at its end, however it ends. */
export async function* guarded(
  pcm: AsyncIterable<Uint8Array>,
  fail: (thrown: unknown) => BoothError,
  close: () => void,
): AsyncGenerator<Uint8Array> {
  try {
    yield* pcm;
  } catch (thrown) {
    throw fail(thrown);
  } finally {
    close();
  }
}
