import type { Picture } from '../pixels.js';
import { cutInto, laidOn, type Size } from './canvas.js';
import { type ResampleName, resample } from './resample.js';

/** A picture whole and in tiles, all squares of one size: `views[0]` is the whole, then the tiles row by row. */
export interface Views {
  readonly views: readonly Picture[];
  readonly rows: number;
  readonly columns: number;
}

/** LLaVA-NeXT's any-resolution tiles (transformers, `models/llava_onevision/image_processing_pil_llava_onevision.py`). `resolutions` are multiples of `side`. */
export function anyResolution(
  picture: Picture,
  resolutions: readonly Size[],
  side: number,
  filter: ResampleName,
): Views {
  const canvas = bestResolution(picture, resolutions);
  const scaled = resample(picture, fittingIn(picture, canvas), filter);
  const left = Math.floor((canvas.width - scaled.width) / 2);
  const top = Math.floor((canvas.height - scaled.height) / 2);
  const whole = resample(picture, { width: side, height: side }, filter);
  return {
    views: [whole, ...cutInto(laidOn(canvas, scaled, [left, top]), side)],
    rows: canvas.height / side,
    columns: canvas.width / side,
  };
}

/** The resolution that keeps most of the picture and, of those, wastes least (`select_best_resolution`); the first on a tie. */
export function bestResolution(picture: Size, resolutions: readonly Size[]): Size {
  const own = picture.width * picture.height;
  let best: { readonly size: Size; readonly kept: number; readonly wasted: number } | undefined;
  for (const size of resolutions) {
    const scale = Math.min(size.width / picture.width, size.height / picture.height);
    const scaled = Math.trunc(picture.width * scale) * Math.trunc(picture.height * scale);
    const kept = Math.min(scaled, own);
    const wasted = size.width * size.height - kept;
    if (best === undefined || kept > best.kept || (kept === best.kept && wasted < best.wasted))
      best = { size, kept, wasted };
  }
  if (best === undefined) throw new TypeError('there are no resolutions to choose from');
  return best.size;
}

/** As large as fits, in its own shape (`get_patch_output_size`). */
function fittingIn({ width, height }: Size, target: Size): Size {
  const [across, down] = [target.width / width, target.height / height];
  return across < down
    ? { width: target.width, height: Math.min(Math.ceil(height * across), target.height) }
    : { width: Math.min(Math.ceil(width * down), target.width), height: target.height };
}
