import { BoothError } from '../errors.js';
import type { Frame } from '../media/frame.js';
import { feeder } from './byte-reader.js';
import { readNut } from './nut.js';
import type { Picture } from './source.js';
import type { Stamp } from './timeline.js';

/** Takes ffmpeg's output chunk by chunk and gives the frames that each chunk completes, oldest first. */
export type FrameReader = (chunk: Uint8Array) => readonly Frame[];

/**
 * Bytes → frames. Each frame's pixels are read straight into a buffer of their own, `width * height * 3`
 * bytes, and are never copied again. A frame that the stream's end cuts off is left out.
 */
export function frameReader({ width, height }: Picture, stamp: Stamp): FrameReader {
  const size = width * height * 3;
  let completed: Frame[] = [];
  const feed = feeder(
    readNut((pts, pixels) => {
      if (pixels.length !== size) {
        const what = `ffmpeg wrote a frame of ${pixels.length} bytes where ${width}×${height} takes ${size}.`;
        throw new BoothError('FFMPEG_EXITED', `${what} Try another version of ffmpeg.`);
      }
      completed.push({ ...stamp(pts), width, height, pixels });
    }),
  );
  return (chunk) => {
    feed(chunk);
    const frames = completed;
    completed = [];
    return frames;
  };
}
