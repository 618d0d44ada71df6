import type { Clip } from '../media/clip.js';
import type { ModelInput } from './vlm.js';

/** Clip `seq` of a stream of noise: no model has seen it before, so nothing about it is remembered. */
export function noiseClip({ width, height, fps, framesPerClip }: ModelInput, seq: number): Clip {
  const frames = Array.from({ length: framesPerClip }, (_, i) => {
    const index = seq * framesPerClip + i;
    const pixels = Uint8Array.from({ length: width * height * 3 }, () => Math.floor(256 * Math.random()));
    return { index, pts: index / fps, capturedAt: 0, width, height, pixels };
  });
  const start = (seq * framesPerClip) / fps;
  const end = start + (framesPerClip - 1) / fps;
  return { seq, frames, start, end, capturedAt: 0, change: 1, sceneCut: false };
}
