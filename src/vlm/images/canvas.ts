import { BoothError } from '../../errors.js';
import type { Picture } from '../pixels.js';

export interface Size {
  readonly width: number;
  readonly height: number;
}

/** Red, green, blue; 0–255. */
export type Colour = readonly [number, number, number];

const BLACK: Colour = [0, 0, 0];
const CHANNELS = 3;

/** A canvas of one colour with the picture laid on it at `left`, `top`, either of which may be negative; what hangs over is cut off. */
export function laidOn(
  { width, height }: Size,
  picture: Picture,
  [left, top]: readonly [number, number],
  colour: Colour = BLACK,
): Picture {
  const pixels = new Uint8Array(width * height * CHANNELS);
  if (colour.some((value) => value !== 0))
    for (let at = 0; at < pixels.length; at += CHANNELS) pixels.set(colour, at);
  const [from, to] = [Math.max(0, left), Math.min(width, left + picture.width)];
  for (let y = Math.max(0, top); y < Math.min(height, top + picture.height) && from < to; y++) {
    const source = ((y - top) * picture.width + from - left) * CHANNELS;
    pixels.set(
      picture.pixels.subarray(source, source + (to - from) * CHANNELS),
      (y * width + from) * CHANNELS,
    );
  }
  return { width, height, pixels };
}

/** A square of more pixels a side would take memory that nobody expects of a thin picture. */
const LARGEST_SQUARE = 8_192;

/** In the middle of a square of `colour` as long as its longer side. Raises INFERENCE_FAILED for a picture too long for it. */
export function padToSquare(picture: Picture, colour: Colour): Picture {
  const side = Math.max(picture.width, picture.height);
  if (side > LARGEST_SQUARE)
    throw new BoothError(
      'INFERENCE_FAILED',
      `The model cannot see a picture of ${picture.width}×${picture.height}, which it would pad to a square: make no side longer than ${LARGEST_SQUARE} (vlm.width, vlm.height).`,
    );
  return laidOn(
    { width: side, height: side },
    picture,
    [Math.floor((side - picture.width) / 2), Math.floor((side - picture.height) / 2)],
    colour,
  );
}

/** The picture cut into squares, row by row. Its sides are multiples of `side`. */
export function cutInto(picture: Picture, side: number): Picture[] {
  const [rows, columns] = [picture.height / side, picture.width / side];
  return Array.from({ length: rows * columns }, (_, i) =>
    laidOn({ width: side, height: side }, picture, [
      -(i % columns) * side || 0,
      -Math.floor(i / columns) * side || 0,
    ]),
  );
}
