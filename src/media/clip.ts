import type { Frame } from './frame.js';

/** The frames of one time window: what the model looks at in one tick. */
export interface Clip {
  /** Counts clips from 0. */
  readonly seq: number;
  /** At least one frame, oldest first, all of one size. */
  readonly frames: readonly Frame[];
  /** Seconds: pts of the first and of the last frame. */
  readonly start: number;
  readonly end: number;
  /** `capturedAt` of the newest frame: every latency is measured from here. */
  readonly capturedAt: number;
  /** 0–1: the largest change between neighbouring frames of this clip and the last frame before it. */
  readonly change: number;
  /** True when `change` is over the sampler's scene threshold: the picture was cut. */
  readonly sceneCut: boolean;
}

/** What outlives the pixels: enough to cite the frames that a remark came from. */
export interface ClipInfo {
  readonly seq: number;
  readonly start: number;
  readonly end: number;
  readonly capturedAt: number;
  readonly frames: readonly number[];
}

export function clipInfo(clip: Clip): ClipInfo {
  return {
    seq: clip.seq,
    start: clip.start,
    end: clip.end,
    capturedAt: clip.capturedAt,
    frames: clip.frames.map((frame) => frame.pts),
  };
}
