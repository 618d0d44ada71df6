import { join } from 'node:path';
import { z } from 'zod';
import { BoothError } from '../../errors.js';
import { checked } from '../checked-json.js';
import type { ModelFolder } from '../folder.js';
import { resample } from '../images/resample.js';
import { type Patches, type PatchSpec, type Picture, patchify } from '../pixels.js';
import { smartResize } from './smart-resize.js';

/** How pictures become patches, and the sizes that they may have. */
export interface QwenPictures extends PatchSpec {
  readonly minPixels: number;
  readonly maxPixels: number;
}

const side = z.number().int().min(1).max(256);
/** As many as the largest picture of a manifest has: smaller ones are enlarged to it. */
const pixels = z
  .number()
  .int()
  .min(1)
  .max(8_192 * 8_192);

const schema = z.looseObject({
  patch_size: side.default(14),
  merge_size: side.max(8).default(2),
  temporal_patch_size: side.max(64).default(2),
  image_mean: z.array(z.number()).length(3),
  image_std: z.array(z.number().positive()).length(3),
  rescale_factor: z
    .number()
    .positive()
    .default(1 / 255),
  min_pixels: pixels.nullish(),
  max_pixels: z.number().int().min(1).nullish(),
  size: z
    .looseObject({ shortest_edge: pixels.optional(), longest_edge: z.number().int().min(1).optional() })
    .nullish(),
});

/** The reference's own limits, where a configuration names none (transformers, `models/qwen2_vl`). */
const IMAGE_LIMITS = { min: 56 * 56, max: 28 * 28 * 1280 };
const VIDEO_LIMITS = { min: 128 * 28 * 28, max: 28 * 28 * 768 };

export function imagePictures(folder: ModelFolder): QwenPictures {
  return read(folder, folder.preprocessor, IMAGE_LIMITS);
}

/** Older repositories have one configuration for pictures and videos. */
export function videoPictures(folder: ModelFolder): QwenPictures {
  return folder.videoPreprocessor === null
    ? read(folder, folder.preprocessor, VIDEO_LIMITS)
    : read(folder, folder.videoPreprocessor, VIDEO_LIMITS);
}

function read(
  { path }: ModelFolder,
  definition: object,
  limits: { readonly min: number; readonly max: number },
): QwenPictures {
  const config = checked(join(path, 'preprocessor_config.json'), schema, definition);
  return {
    patchSize: config.patch_size,
    mergeSize: config.merge_size,
    temporalPatchSize: config.temporal_patch_size,
    mean: config.image_mean,
    std: config.image_std,
    rescale: config.rescale_factor,
    minPixels: config.min_pixels ?? config.size?.shortest_edge ?? limits.min,
    maxPixels: config.max_pixels ?? config.size?.longest_edge ?? limits.max,
  };
}

/** Pictures of one size, made to fit (Qwen's `smart_resize`), as patches. Raises INFERENCE_FAILED for a picture that is too long and thin. */
export function patchesOf(pictures: readonly Picture[], spec: QwenPictures): Patches {
  return patchify(
    pictures.map((picture) => resample(picture, fitting(picture, spec), 'bicubic')),
    spec,
  );
}

function fitting(picture: Picture, { patchSize, mergeSize, minPixels, maxPixels }: QwenPictures) {
  const size = smartResize(picture, { factor: patchSize * mergeSize, minPixels, maxPixels });
  if (size !== null) return size;
  throw new BoothError(
    'INFERENCE_FAILED',
    `The model cannot see a picture of ${picture.width}×${picture.height}: one side is over 200 times the other; set vlm.width and vlm.height nearer to each other.`,
  );
}
