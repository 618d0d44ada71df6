import { parseWav, pcmBytes, writeWav } from './wav.js';

/** The header of a sound file is in its first bytes. */
const LONGEST_HEADER = 4_096;
/** What stands in a header whose writer does not know the length: to the end. */
const UNKNOWN_BYTES = 0xffffffff;

/** 16-bit mono sound that still arrives. */
export interface SoundStream {
  readonly sampleRateHz: number;
  /** Little-endian samples, whole ones in each piece. */
  readonly pcm: AsyncIterable<Uint8Array>;
}

/**
 * Reads as much of a WAV file as tells what it is, and gives the rest as it comes. `rawRateHz`: there is no header, but raw sound.
 * Several channels are mixed down once all is there. `null` for what is no WAV file of 16-bit PCM, the rest of which is not read. Raises what `pieces` raises.
 */
export async function readWavStream(
  pieces: AsyncIterable<Uint8Array>,
  rawRateHz: number | null,
): Promise<SoundStream | null> {
  const source = pieces[Symbol.asyncIterator]();
  const rest = { [Symbol.asyncIterator]: () => source };
  if (rawRateHz !== null) return { sampleRateHz: rawRateHz, pcm: wholeSamples([], rest) };
  let head = new Uint8Array(0);
  for (;;) {
    const found = parseWav(head);
    if (found !== null && found.samples.length > 0) {
      if (!isMono(head)) return wholeSound(head, rest);
      // Half a sample may follow.
      const odd = head.length % 2 === 0 ? [] : [head.subarray(-1)];
      const first = [pcmBytes(found.samples), ...odd];
      return { sampleRateHz: found.sampleRateHz, pcm: wholeSamples(first, rest) };
    }
    if (head.length > LONGEST_HEADER) {
      await source.return?.();
      return null;
    }
    const { done, value } = await source.next();
    if (done) return null;
    head = Uint8Array.from(Buffer.concat([head, value]));
  }
}

function isMono(head: Uint8Array): boolean {
  const view = new DataView(head.buffer, head.byteOffset);
  return Buffer.from(head.subarray(12, 16)).toString('latin1') === 'fmt ' && view.getUint16(22, true) === 1;
}

async function wholeSound(head: Uint8Array, rest: AsyncIterable<Uint8Array>): Promise<SoundStream | null> {
  const pieces = [head];
  for await (const piece of rest) pieces.push(piece);
  const pcm = parseWav(Buffer.concat(pieces));
  if (pcm === null) return null;
  return { sampleRateHz: pcm.sampleRateHz, pcm: wholeSamples([pcmBytes(pcm.samples)], nothing()) };
}

async function* nothing(): AsyncGenerator<never> {}

/** The header of a file that has no end yet. */
export function endlessWavHeader(sampleRateHz: number): Uint8Array {
  const header = writeWav({ samples: new Int16Array(0), sampleRateHz });
  const view = new DataView(header.buffer);
  view.setUint32(4, UNKNOWN_BYTES, true);
  view.setUint32(40, UNKNOWN_BYTES, true);
  return header;
}

/** Half a sample waits for its other half; one at the end is left off. */
async function* wholeSamples(
  first: readonly Uint8Array[],
  rest: AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  let half = new Uint8Array(0);
  const whole = (piece: Uint8Array) => {
    const joined = half.length === 0 ? piece : Buffer.concat([half, piece]);
    const even = joined.length - (joined.length % 2);
    half = Uint8Array.from(joined.subarray(even));
    return joined.subarray(0, even);
  };
  for (const piece of first) yield whole(piece);
  for await (const piece of rest) yield whole(piece);
}
