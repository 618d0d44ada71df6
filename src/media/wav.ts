/** Mono 16-bit sound. */
export interface Pcm {
  readonly samples: Int16Array;
  readonly sampleRateHz: number;
}

const HEADER_BYTES = 44;
const FORMAT_PCM = 1;

/**
 * Reads a RIFF/WAVE file of 16-bit PCM; more than one channel is mixed down. `null` when the bytes are
 * something else. A `data` length beyond the end of the file (what programs write that cannot seek back)
 * means "to the end".
 */
export function parseWav(bytes: Uint8Array): Pcm | null {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < HEADER_BYTES || tag(bytes, 0) !== 'RIFF' || tag(bytes, 8) !== 'WAVE') return null;

  let channels = 0;
  let sampleRateHz = 0;
  for (let offset = 12; offset + 8 <= bytes.length; ) {
    const size = view.getUint32(offset + 4, true);
    const body = offset + 8;
    if (tag(bytes, offset) === 'fmt ' && body + 16 <= bytes.length) {
      const isPcm16 = view.getUint16(body, true) === FORMAT_PCM && view.getUint16(body + 14, true) === 16;
      channels = isPcm16 ? view.getUint16(body + 2, true) : 0;
      sampleRateHz = view.getUint32(body + 4, true);
    }
    if (tag(bytes, offset) === 'data') {
      if (channels === 0 || sampleRateHz === 0) return null;
      const end = Math.min(body + size, bytes.length);
      return { samples: mixDown(view, body, end, channels), sampleRateHz };
    }
    offset = body + size + (size % 2);
  }
  return null;
}

/** A WAV file with the canonical 44-byte header and true lengths. */
export function writeWav({ samples, sampleRateHz }: Pcm): Uint8Array {
  const dataBytes = samples.length * 2;
  const bytes = new Uint8Array(HEADER_BYTES + dataBytes);
  const view = new DataView(bytes.buffer);
  const write = (offset: number, text: string) => bytes.set(new TextEncoder().encode(text), offset);
  write(0, 'RIFF');
  view.setUint32(4, HEADER_BYTES - 8 + dataBytes, true);
  write(8, 'WAVEfmt ');
  view.setUint32(16, 16, true);
  view.setUint16(20, FORMAT_PCM, true);
  view.setUint16(22, 1, true);
  view.setUint32(24, sampleRateHz, true);
  view.setUint32(28, sampleRateHz * 2, true);
  view.setUint16(32, 2, true);
  view.setUint16(34, 16, true);
  write(36, 'data');
  view.setUint32(40, dataBytes, true);
  bytes.set(pcmBytes(samples), HEADER_BYTES);
  return bytes;
}

/** Seconds. */
export function pcmDuration({ samples, sampleRateHz }: Pcm): number {
  return samples.length / sampleRateHz;
}

/** Little-endian bytes of the samples, without a copy (every platform of Node.js is little-endian). */
export function pcmBytes(samples: Int16Array): Uint8Array {
  return new Uint8Array(samples.buffer, samples.byteOffset, samples.byteLength);
}

/** Samples from little-endian bytes; an odd byte at the end is left off. */
export function pcmSamples(bytes: Uint8Array): Int16Array {
  const even = bytes.length - (bytes.length % 2);
  // Not slice, which of a Buffer shows the whole pool behind it.
  return new Int16Array(new Uint8Array(bytes.subarray(0, even)).buffer);
}

/** Without the silence before and after the sound, of which `margin` seconds are kept. */
export function trimSilence(pcm: Pcm, margin = 0.02, threshold = 160): Pcm {
  const isSound = (sample: number) => Math.abs(sample) > threshold;
  const first = pcm.samples.findIndex(isSound);
  if (first < 0) return { ...pcm, samples: new Int16Array(0) };
  const last = pcm.samples.findLastIndex(isSound);
  const kept = Math.round(margin * pcm.sampleRateHz);
  return { ...pcm, samples: pcm.samples.subarray(Math.max(0, first - kept), last + 1 + kept) };
}

function tag(bytes: Uint8Array, offset: number): string {
  return String.fromCharCode(...bytes.subarray(offset, offset + 4));
}

function mixDown(view: DataView, start: number, end: number, channels: number): Int16Array {
  const samples = new Int16Array(Math.max(0, Math.floor((end - start) / (2 * channels))));
  for (let index = 0; index < samples.length; index += 1) {
    let sum = 0;
    for (let channel = 0; channel < channels; channel += 1) {
      sum += view.getInt16(start + 2 * (index * channels + channel), true);
    }
    samples[index] = Math.round(sum / channels);
  }
  return samples;
}
