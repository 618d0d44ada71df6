import type { BoothError } from './errors.js';
import type { Clip } from './media/clip.js';
import type { Frame } from './media/frame.js';
import type { Recording } from './recording.js';
import type { Track } from './track.js';

/** Counts what becomes of frames and clips, for the figures of every track, and takes it down in the recording. */
export interface Bookkeeping {
  frame(frame: Frame): void;
  looked(clip: Clip): void;
  /** The clip came while the model was busy. */
  overload(clip: Clip): void;
  /** The clip shows nothing new. */
  skip(clip: Clip): void;
  /** The input was lost and is opened again. */
  restart(error: BoothError): void;
}

export function keepBooks(tracks: readonly Track[], recording: Recording): Bookkeeping {
  const all = (count: (track: Track) => void) => tracks.forEach(count);
  return {
    frame: (frame) => all(({ meter }) => meter.frame(frame)),
    looked: (clip) => recording.clip('look', clip),
    overload(clip) {
      recording.clip('overload', clip);
      all((track) => track.dropped(clip));
    },
    skip(clip) {
      recording.clip('skip', clip);
      all(({ meter }) => meter.skip());
    },
    restart(error) {
      all(({ meter }) => meter.restart());
      recording.restart(error);
    },
  };
}
