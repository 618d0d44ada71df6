import type { Frame } from './frame.js';

/** What came of one look of the model at one clip: for the page, the feed and the graphs. */
export interface TickReport {
  /** `seq` of the clip. */
  readonly seq: number;
  /** Seconds: pts of the clip's first and last frame. */
  readonly start: number;
  readonly end: number;
  /** Pts, in seconds, of the frames that the model was given. */
  readonly frames: readonly number[];
  /** `dropped`: the clip came while the model was busy, or the look failed; nothing was said or decided. */
  readonly outcome: 'line' | 'silence' | 'dropped';
  /** What the model said; absent unless `outcome` is `line`. */
  readonly text?: string;
  /** Milliseconds that the look took; 0 when it was dropped before it began. */
  readonly lookMs: number;
  /** Milliseconds from the capture of the newest frame to the answer; `null` offline and for drops. */
  readonly captureToCaptionMs: number | null;
  /** The frames themselves, as the model saw them, oldest first. They are shown, never written into messages. */
  readonly pictures?: readonly Frame[];
}
