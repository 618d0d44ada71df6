/** One decoded picture. Values only: nothing here holds a file, a process or a GPU buffer. */
export interface Frame {
  /** Counts the frames that the source delivered, from 0, across restarts. */
  readonly index: number;
  /** Presentation time: seconds from the stream's start, exact (variable frame rate included), never going back. */
  readonly pts: number;
  /** When the last byte of the frame arrived: milliseconds of the pipeline's clock (`media/time.ts`). */
  readonly capturedAt: number;
  readonly width: number;
  readonly height: number;
  /** RGB, 8 bits, row-major, `width * height * 3` bytes. Owned by the frame: never written again. */
  readonly pixels: Uint8Array;
}
