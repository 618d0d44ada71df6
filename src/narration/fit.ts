import { type Pcm, pcmBytes, pcmDuration, pcmSamples } from '../media/wav.js';
import { run } from '../process.js';
import { ffmpegPath } from './ffmpeg.js';

/** Faster than this, speech sounds hurried. */
export const MAX_TEMPO = 1.25;
/** Seconds of breath between two lines. */
export const BREATH = 0.06;
/** A line with less room than this is not worth beginning. */
export const MIN_ROOM = 0.25;
const FADE = 0.06;

/** How a line of `duration` seconds goes into `room` seconds. */
export interface Fit {
  /** 1 to `MAX_TEMPO`. */
  readonly tempo: number;
  /** True when it is too long even so: its end is faded out. */
  readonly cut: boolean;
}

export function fitInto(room: number, duration: number): Fit {
  const needed = duration / room;
  return { tempo: Math.min(MAX_TEMPO, Math.max(1, needed)), cut: needed > MAX_TEMPO };
}

/** The sound at another rate or tempo, by ffmpeg; itself where neither changes. */
export async function reshape(
  pcm: Pcm,
  sampleRateHz: number,
  tempo: number,
  signal?: AbortSignal,
): Promise<Pcm> {
  if (pcm.sampleRateHz === sampleRateHz && tempo === 1) return pcm;
  const raw = (rate: number) => ['-f', 's16le', '-ar', String(rate), '-ac', '1'];
  const filter = `atempo=${tempo.toFixed(4)}`;
  const { stdout } = await run(
    ffmpegPath(),
    [
      ...['-hide_banner', '-nostdin', '-loglevel', 'error'],
      ...[...raw(pcm.sampleRateHz), '-i', 'pipe:0', '-af', filter],
      ...[...raw(sampleRateHz), 'pipe:1'],
    ],
    { input: pcmBytes(pcm.samples), timeoutMs: 30_000, ...(signal ? { signal } : {}) },
  );
  return { samples: pcmSamples(stdout), sampleRateHz };
}

/** At most `room` seconds; what is cut off fades out first. */
export function cutTo(room: number, pcm: Pcm): Pcm {
  if (pcmDuration(pcm) <= room) return pcm;
  const samples = pcm.samples.slice(0, Math.floor(room * pcm.sampleRateHz));
  const fading = Math.min(samples.length, Math.round(FADE * pcm.sampleRateHz));
  const fadeStart = samples.length - fading;
  for (let index = fadeStart; index < samples.length; index += 1) {
    samples[index] = Math.round((samples[index] ?? 0) * ((samples.length - index) / fading));
  }
  return { ...pcm, samples };
}
