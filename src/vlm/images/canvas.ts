import type { Picture } from '../pixels.js';
import type { Size } from './resample.js';

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

/** The middle of the picture; black around it where it is smaller (transformers, `image_transforms.center_crop`). */
export function centerCrop(picture: Picture, size: Size): Picture {
  return laidOn(size, picture, [
    Math.ceil((size.width - picture.width) / 2),
    Math.ceil((size.height - picture.height) / 2),
  ]);
}

/** In the middle of a square of `colour` as long as its longer side. */
export function padToSquare(picture: Picture, colour: Colour): Picture {
  const side = Math.max(picture.width, picture.height);
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
