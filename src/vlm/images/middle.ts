import type { Picture } from '../pixels.js';
import { laidOn, type Size } from './canvas.js';
import { type ResampleName, resample } from './resample.js';

/**
 * The middle of the picture brought to the size `scaled`; black around it where that is smaller (transformers, `image_transforms.center_crop`). Only
 * what is seen is computed: a long thin picture scaled by its shorter side may be larger than the memory.
 */
export function resampledMiddle(picture: Picture, scaled: Size, crop: Size, name: ResampleName): Picture {
  const [across, down] = [middle(scaled.width, crop.width), middle(scaled.height, crop.height)];
  const window = { left: across.from, top: down.from, width: across.count, height: down.count };
  const seen = resample(picture, scaled, name, window);
  return seen.width === crop.width && seen.height === crop.height
    ? seen
    : laidOn(crop, seen, [across.margin, down.margin]);
}

/** Of `length` pixels, the `count` from `from` that a crop keeps, and how far from its edge they lie. */
function middle(length: number, crop: number): { from: number; count: number; margin: number } {
  return length >= crop
    ? { from: Math.floor((length - crop) / 2), count: crop, margin: 0 }
    : { from: 0, count: length, margin: Math.ceil((crop - length) / 2) };
}
