import type { Frame } from '../media/frame.js';
import type { Clock } from '../media/time.js';

/** Gives a frame its number, its pts and its capture time. `seconds` is the pts that ffmpeg wrote. */
export type Stamp = (seconds: number) => Pick<Frame, 'index' | 'pts' | 'capturedAt'>;

/** A step of more than this is a break in a live stream's clock (libavformat's own `dts_delta_threshold`). */
const LONGEST_LIVE_STEP = 10;

/** Where a run begins: the number of its first frame, and how far into the input it is. */
export type Place = Pick<Frame, 'index' | 'pts'>;

export const BEGINNING: Place = { index: 0, pts: 0 };

/**
 * For inputs that have a beginning. The pts are the file's own, so that captions fit any player, a
 * jump of ten hours included; only steps back are held at the last pts.
 */
export function recordedTimeline(clock: Clock, from = BEGINNING): Stamp {
  let { index, pts: last } = from;
  return (seconds) => {
    last = Math.max(last, from.pts + seconds);
    return { index: index++, pts: last, capturedAt: clock.now() };
  };
}

/**
 * For inputs that go on while nobody looks: one time line across restarts, from 0 at the first frame. After a restart, a step back or a
 * jump, the pts goes on by the time that has really passed, for a live stream's own clock means nothing then.
 * @returns `begin`, to be called for each run of ffmpeg
 */
export function liveTimeline(clock: Clock): () => Stamp {
  let index = 0;
  let last: { readonly pts: number; readonly capturedAt: number } | null = null;
  return () => {
    let offset: number | null = null;
    let lastSeconds = 0;
    return (seconds) => {
      const capturedAt = clock.now();
      const step = seconds - lastSeconds;
      if (last === null) offset = -seconds;
      else if (offset === null || step < 0 || step > LONGEST_LIVE_STEP) {
        offset = last.pts + (capturedAt - last.capturedAt) / 1000 - seconds;
      }
      const pts = Math.max(last?.pts ?? 0, seconds + offset);
      last = { pts, capturedAt };
      lastSeconds = seconds;
      return { index: index++, pts, capturedAt };
    };
  };
}
