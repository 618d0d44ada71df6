import { join } from 'node:path';
import { z } from 'zod';
import { checked } from '../checked-json.js';
import type { ModelFolder } from '../folder.js';
import { type Colour, padToSquare, type Size } from '../images/canvas.js';
import { resampledMiddle } from '../images/middle.js';
import type { Normalisation } from '../images/normalise.js';
import { type ResampleName, resample, resampleName } from '../images/resample.js';
import type { Picture } from '../pixels.js';
import { normalisation, pictureSchema } from './picture-config.js';

const side = z.number().int().min(1).max(4_096);
const box = z.object({ height: side, width: side });
const square = side.transform((edge) => ({ height: edge, width: edge }));

const CLIP_MEAN = [0.48145466, 0.4578275, 0.40821073];
const CLIP_STD = [0.26862954, 0.26130258, 0.27577711];

const schema = pictureSchema.extend({
  image_mean: pictureSchema.shape.image_mean.default(CLIP_MEAN),
  image_std: pictureSchema.shape.image_std.default(CLIP_STD),
  size: z
    .union([box, z.object({ shortest_edge: side }), side.transform((edge) => ({ shortest_edge: edge }))])
    .default({ shortest_edge: 224 }),
  crop_size: z.union([box, square]).nullish(),
  do_resize: z.boolean().default(true),
  do_center_crop: z.boolean().nullish(),
  do_pad: z.boolean().nullish(),
  resample: z.number().default(3),
});

/** How a family of one fixed picture size makes pictures fit: all from preprocessor_config.json. */
export interface LlavaPictures {
  readonly normalisation: Normalisation;
  /** What comes out, whatever goes in. */
  readonly size: Size;
  readonly filter: ResampleName;
  fit(picture: Picture): Picture;
}

/** CLIPImageProcessor and LlavaImageProcessor (transformers): pad to a square, scale, take the middle; whatever of it the folder asks for. */
export function llavaPictures(folder: ModelFolder): LlavaPictures {
  const path = join(folder.path, 'preprocessor_config.json');
  const config = checked(path, fixedSize, folder.preprocessor);
  const filter = resampleName(config.resample) ?? 'bicubic';
  const [red = 0, green = 0, blue = 0] = config.image_mean.map((mean) => Math.trunc(mean * 255));
  const background: Colour = [red, green, blue];
  const crop = croppedTo(config);
  return {
    normalisation: normalisation(config),
    size: config.fixed,
    filter,
    fit(picture) {
      const padded = config.do_pad === true ? padToSquare(picture, background) : picture;
      const scaled = config.do_resize ? scaledTo(padded, config.size) : padded;
      return crop === null ? resample(padded, scaled, filter) : resampledMiddle(padded, scaled, crop, filter);
    },
  };
}

type Config = z.output<typeof schema>;

/** Pictures of any size must become one size: by a crop, a size of both sides, or a shortest edge of a square. */
const fixedSize = schema.transform((config, context) => {
  const { size, do_pad, do_resize } = config;
  const fixed =
    croppedTo(config) ??
    (do_resize && 'height' in size ? size : null) ??
    (do_resize && do_pad === true && 'shortest_edge' in size
      ? { width: size.shortest_edge, height: size.shortest_edge }
      : null);
  if (fixed !== null) return { ...config, fixed };
  context.addIssue({ code: 'custom', message: 'it names no crop_size, nor a size of both sides' });
  return z.NEVER;
});

function croppedTo({ crop_size, do_center_crop, size }: Config): Size | null {
  const wanted = do_center_crop ?? !('height' in size);
  return wanted ? (crop_size ?? null) : null;
}

/** Python's `int`: cut off, not rounded. */
function scaledTo({ width, height }: Size, size: Config['size']): Size {
  if ('height' in size) return size;
  const edge = size.shortest_edge;
  return width <= height
    ? { width: edge, height: Math.trunc((edge * height) / width) }
    : { width: Math.trunc((edge * width) / height), height: edge };
}
