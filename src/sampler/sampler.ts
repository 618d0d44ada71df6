import { Observable, type OperatorFunction } from 'rxjs';
import type { SamplerConfig } from '../config.js';
import { type LumaGrid, lumaGrid, meanChange } from '../media/change.js';
import type { Clip } from '../media/clip.js';
import type { Frame } from '../media/frame.js';

export interface SamplerOptions extends SamplerConfig {
  /** Frames of one clip: the length of the window that the model looks at. */
  readonly framesPerClip: number;
  /** Frames a second, by which a hole between two of them is told. */
  readonly fps: number;
  /** Told of each clip that the motion gate skips. */
  readonly onSkip?: (clip: Clip) => void;
}

/** Frames further apart than this many seconds, and than one and a half of their own pace, are not of one window. */
const LONGEST_GAP = 2;
const LONGEST_GAP_FRAMES = 1.5;

/**
 * Takes frames one by one and gives a clip when one is complete: consecutive groups of `framesPerClip` that do
 * not overlap. `null` marks the end of the frames. A clip that the end, or a hole in time, leaves incomplete is
 * filled up with its last frame, so that nothing at the end of a video is lost.
 *
 * A clip whose `change` is below `motionThreshold` is skipped, but never for longer than `maxSkip` seconds.
 */
export function sampler(options: SamplerOptions): (frame: Frame | null) => Clip | null {
  const { framesPerClip, sceneThreshold, fps } = options;
  if (!Number.isInteger(framesPerClip) || framesPerClip < 1) {
    throw new TypeError(`framesPerClip is a whole number from 1, not ${framesPerClip}`);
  }
  const longestGap = Math.max(LONGEST_GAP, LONGEST_GAP_FRAMES / fps);
  const isMoving = motionGate(options);
  let group: Frame[] = [];
  let change = 0;
  let before: LumaGrid | null = null;
  let seq = 0;

  const close = (): Clip | null => {
    const newest = group.at(-1);
    const oldest = group[0];
    if (newest === undefined || oldest === undefined) return null;
    const frames = [...group, ...Array<Frame>(framesPerClip - group.length).fill(newest)];
    const { capturedAt } = newest;
    const sceneCut = change > sceneThreshold;
    const clip = { seq, frames, start: oldest.pts, end: newest.pts, capturedAt, change, sceneCut };
    group = [];
    change = 0;
    if (!isMoving(clip)) return null;
    seq += 1;
    return clip;
  };

  const add = (frame: Frame) => {
    const grid = lumaGrid(frame);
    if (before !== null) change = Math.max(change, meanChange(before, grid));
    before = grid;
    group.push(frame);
  };

  return (frame) => {
    if (frame === null) return close();
    const newest = group.at(-1);
    const afterHole = newest !== undefined && frame.pts - newest.pts > longestGap ? close() : null;
    add(frame);
    return group.length === framesPerClip ? close() : afterHole;
  };
}

function motionGate({ motionThreshold, maxSkip, onSkip }: SamplerOptions): (clip: Clip) => boolean {
  let lookedAt = Number.NEGATIVE_INFINITY;
  return (clip) => {
    const moving = clip.change >= motionThreshold || clip.end - lookedAt >= maxSkip;
    if (moving) lookedAt = clip.end;
    else onSkip?.(clip);
    return moving;
  };
}

/** The sampler for frames that are pushed (live). */
export function sample(options: SamplerOptions): OperatorFunction<Frame, Clip> {
  return (frames) =>
    new Observable((subscriber) => {
      const take = sampler(options);
      const pass = (frame: Frame | null) => {
        const clip = take(frame);
        if (clip !== null) subscriber.next(clip);
      };
      return frames.subscribe({
        next: pass,
        error: (error) => subscriber.error(error),
        complete: () => {
          pass(null);
          subscriber.complete();
        },
      });
    });
}

/** The sampler for frames that are pulled (offline). Holds the frames of one clip at most. */
export async function* samples(frames: AsyncIterable<Frame>, options: SamplerOptions): AsyncGenerator<Clip> {
  const take = sampler(options);
  for await (const frame of frames) {
    const clip = take(frame);
    if (clip !== null) yield clip;
  }
  const last = take(null);
  if (last !== null) yield last;
}
