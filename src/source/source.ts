import type { Observable } from 'rxjs';
import type { Frame } from '../media/frame.js';
import type { Preview } from '../media/preview.js';

/** The picture that the model wants; the source scales to it. */
export interface Picture {
  readonly width: number;
  readonly height: number;
  /** Frames per second, at most: each frame is a real one of the input with its own pts, never a repeat. */
  readonly fps: number;
}

/** What is known of the input once it is open. */
export interface SourceInfo {
  /** As a person would name it: a file's base name, or the URL without credentials. */
  readonly name: string;
  /** True for inputs with no end of their own (cameras, RTSP, RTMP, UDP, SRT, live HLS). */
  readonly live: boolean;
  /** Seconds; `null` when unknown or live. */
  readonly duration: number | null;
  /** Of the input's video stream as players show it, after rotation and with square pixels. */
  readonly width: number;
  readonly height: number;
  readonly hasAudio: boolean;
}

/**
 * Port: something that frames come out of. Two ways out, one each per use:
 * `frames()` pushes and never waits (live); `pull()` waits for its reader (offline, nothing is lost).
 * Both end when the input ends, raise a `BoothError`, and leave no process behind when they are
 * unsubscribed or returned.
 */
export interface Source {
  readonly info: SourceInfo;
  /**
   * Cold: each subscription runs the input from its start. Errors with policy `restart` may be resubscribed, which takes a recording from the
   * network up where it was lost.
   */
  frames(): Observable<Frame>;
  pull(signal?: AbortSignal): AsyncIterable<Frame>;
  /** Pictures for the page while `frames()` runs; empty where the source was not asked for them. Drops when nobody keeps up. */
  previews(): Observable<Preview>;
}
