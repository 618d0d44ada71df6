import type { Picture } from '../pixels.js';
import { cutInto, type Size } from './canvas.js';
import { type ResampleName, resample } from './resample.js';

/** How Idefics3 and SmolVLM cut a picture: all from preprocessor_config.json. */
export interface TileSpec {
  /** The longer side that a picture is given before it is cut. */
  readonly longestEdge: number;
  /** Side of a tile. */
  readonly tile: number;
  readonly filter: ResampleName;
}

/** A picture as tiles, row by row, and then the whole of it in the size of a tile; rows and columns are 0 where there is only that. */
export interface Tiles {
  readonly pictures: readonly Picture[];
  readonly rows: number;
  readonly columns: number;
}

/** Sides beyond this are scaled down to it, whatever the configuration says (`MAX_IMAGE_SIZE` of the reference). */
const LARGEST = 4096;

/** Idefics3ImageProcessor with `do_image_splitting` (transformers, `models/idefics3/image_processing_pil_idefics3.py`), step by step: each scaling is of what came before. */
export function tiled(picture: Picture, { longestEdge, tile, filter }: TileSpec): Tiles {
  const scaled = resample(picture, withLongestEdge(picture, longestEdge), filter);
  const fitted = resample(scaled, toWholeTiles(scaled, tile), filter);
  if (fitted.width <= tile && fitted.height <= tile) return { pictures: [fitted], rows: 0, columns: 0 };
  const whole = resample(fitted, { width: tile, height: tile }, filter);
  return {
    pictures: [...cutInto(fitted, tile), whole],
    rows: fitted.height / tile,
    columns: fitted.width / tile,
  };
}

/** The whole picture in the size of a tile: how the reference shows pictures without splitting, and the frames of a video. */
export function untiled(picture: Picture, { longestEdge, tile, filter }: TileSpec): Picture {
  const scaled = resample(picture, withLongestEdge(picture, longestEdge), filter);
  return resample(scaled, { width: tile, height: tile }, filter);
}

/** The longer side becomes `edge`, the other keeps the shape and is made even. */
function withLongestEdge({ width, height }: Size, edge: number): Size {
  const aspect = width / height;
  const longest = Math.min(edge, LARGEST);
  return width >= height
    ? { width: longest, height: Math.max(1, even(Math.trunc(longest / aspect))) }
    : { width: Math.max(1, even(Math.trunc(longest * aspect))), height: longest };
}

function even(side: number): number {
  return side + (side % 2);
}

function toWholeTiles({ width, height }: Size, tile: number): Size {
  const aspect = width / height;
  if (width >= height) {
    const wide = upTo(width, tile);
    return { width: wide, height: upTo(Math.trunc(wide / aspect), tile) };
  }
  const tall = upTo(height, tile);
  return { width: upTo(Math.trunc(tall * aspect), tile), height: tall };
}

function upTo(side: number, multiple: number): number {
  return Math.ceil(side / multiple) * multiple;
}
