import { join } from 'node:path';
import { z } from 'zod';
import { checked, modelInvalid } from '../checked-json.js';
import type { ModelFolder } from '../folder.js';
import { anyResolution } from '../images/anyres.js';
import { type Colour, padToSquare, type Size } from '../images/canvas.js';
import { planes } from '../images/planes.js';
import { resample } from '../images/resample.js';
import type { Picture } from '../pixels.js';
import type { Family, FamilyKind, Sight } from './family.js';
import { squareContracts } from './llava.js';
import { type LlavaPictures, llavaPictures } from './llava-pictures.js';
import { packedTiles, pooledFrames, tileLayout, tokensOf, withEnds } from './onevision-features.js';

const IMAGE = '<image>';
const VIDEO = '<video>';

const count = z.number().int().min(1);
const pinpoints = z
  .array(
    z.tuple([count.max(8_192), count.max(8_192)]).transform(([height, width]): Size => ({ width, height })),
  )
  .min(1)
  .max(256);
const configSchema = z.looseObject({
  text_config: z.looseObject({
    num_hidden_layers: count.max(512),
    max_position_embeddings: count.default(32_768),
  }),
  vision_config: z.looseObject({
    image_size: count.max(4_096).default(384),
    patch_size: count.max(256).default(14),
  }),
  image_grid_pinpoints: pinpoints.optional(),
  vision_aspect_ratio: z.string().optional(),
});
const preprocessorSchema = z.looseObject({ image_grid_pinpoints: pinpoints.optional() });
const processorSchema = z.looseObject({
  vision_aspect_ratio: z.string().nullish(),
  image_newline: z.array(z.number()).min(1).max(65_536).nullish(),
});

interface Spec {
  readonly pictures: LlavaPictures;
  /** Patches of a side of one view. */
  readonly grid: number;
  readonly resolutions: readonly Size[];
  /** Tiles whose features are kept at full detail. */
  readonly mostTiles: number;
  /** The model's embedding of a row's end. */
  readonly end: Float32Array | null;
}

/**
 * LLaVA-OneVision (transformers, `models/llava_onevision`): one picture in any-resolution tiles, several each as a square, videos pooled to a quarter.
 * The hub's graphs lack the embedding that ends rows, pictures and videos: without it (`image_newline` in processor_config.json) pictures are one square
 * each, and nothing is ended, as transformers.js has it.
 */
export const llavaOnevision: FamilyKind = {
  input: { width: 384, height: 384, fps: 2, framesPerClip: 4 },
  make(folder) {
    const { text_config } = readConfig(folder);
    const spec = readSpec(folder);
    return {
      contracts: squareContracts(text_config.num_hidden_layers),
      batchAxis: 0,
      featuresName: 'image_features',
      maxContext: text_config.max_position_embeddings,
      content: 'parts',
      images: (shown) => imagesOf(shown, spec),
      video: (shown) => videoOf(shown, spec),
    } satisfies Family;
  },
};

function imagesOf(shown: readonly Picture[], spec: Spec): Sight {
  const { pictures, end, grid } = spec;
  const [only] = shown;
  if (end !== null && only !== undefined && shown.length === 1) return tilesOf(only, spec, end);
  const squares = shown.map((picture) =>
    resample(
      end === null ? picture : padToSquare(picture, background(pictures)),
      pictures.size,
      pictures.filter,
    ),
  );
  const tokens = grid ** 2 + (end === null ? 0 : 1);
  return {
    ...sight('image', IMAGE, squares, pictures),
    ...inPrompt(
      IMAGE,
      shown.map(() => tokens),
    ),
    features: (outputs) => withEnds(outputs, end),
  };
}

function tilesOf(
  picture: Picture,
  { pictures, grid, resolutions, mostTiles }: Spec,
  end: Float32Array,
): Sight {
  const { views, rows, columns } = anyResolution(picture, resolutions, pictures.size.width, pictures.filter);
  const layout = tileLayout(picture, { rows, columns, grid, mostTiles });
  return {
    ...sight('image', IMAGE, views, pictures),
    ...inPrompt(IMAGE, [grid ** 2 + tokensOf(layout)]),
    features: (outputs) => packedTiles(outputs, layout, end),
  };
}

function videoOf(shown: readonly Picture[], { pictures, grid, end }: Spec): Sight {
  const frames = shown.map((picture) => resample(picture, pictures.size, pictures.filter));
  const tokens = frames.length * Math.ceil(grid / 2) ** 2 + (end === null ? 0 : 1);
  return {
    ...sight('video', VIDEO, frames, pictures),
    ...inPrompt(VIDEO, [tokens]),
    features: (outputs) => pooledFrames(outputs, grid, end),
  };
}

/** One run of the encoder for each view, because exports may hold the batch to one. */
function sight(
  kind: Sight['kind'],
  pad: string,
  views: readonly Picture[],
  { normalisation }: LlavaPictures,
) {
  return {
    kind,
    runs: views.map((view) => ({ pixel_values: planes([view], normalisation) })),
    placeholder: pad,
    pad,
  };
}

function inPrompt(pad: string, tokens: readonly number[]): Pick<Sight, 'expansions' | 'blocks'> {
  return {
    expansions: tokens.map((each) => pad.repeat(each)),
    blocks: tokens.map((each) => ({ tokens: each })),
  };
}

/** The mean of the pixels that the tower was trained on. */
function background({ normalisation }: LlavaPictures): Colour {
  const [red = 0, green = 0, blue = 0] = normalisation.mean.map((mean) => Math.trunc(mean * 255));
  return [red, green, blue];
}

function readConfig(folder: ModelFolder) {
  return checked(join(folder.path, 'config.json'), configSchema, folder.config);
}

function readSpec(folder: ModelFolder): Spec {
  const config = readConfig(folder);
  const at = (file: string) => join(folder.path, file);
  const { image_grid_pinpoints } = checked(
    at('preprocessor_config.json'),
    preprocessorSchema,
    folder.preprocessor,
  );
  const processor = checked(at('processor_config.json'), processorSchema, folder.processor);
  const { image_size, patch_size } = config.vision_config;
  const aspect = processor.vision_aspect_ratio ?? config.vision_aspect_ratio ?? 'anyres_max_9';
  const pictures = llavaPictures(folder);
  return {
    pictures,
    grid: Math.floor(image_size / patch_size),
    resolutions: wholeTiles(
      folder,
      image_grid_pinpoints ?? config.image_grid_pinpoints ?? [pictures.size],
      pictures.size.width,
    ),
    mostTiles: Number(/\d+$/.exec(aspect)?.[0] ?? 9),
    end: processor.image_newline == null ? null : Float32Array.from(processor.image_newline),
  };
}

/** Rows or columns of tiles; the real ones have 6. */
const MOST_TILES = 16;

function wholeTiles({ path }: ModelFolder, resolutions: readonly Size[], side: number): readonly Size[] {
  const odd = resolutions
    .flatMap(({ width, height }) => [width, height])
    .find((length) => length % side !== 0 || length > MOST_TILES * side);
  if (odd === undefined) return resolutions;
  throw modelInvalid(
    `image_grid_pinpoints of ${path} has ${odd}, which is not 1–${MOST_TILES} times the ${side} of its pictures`,
  );
}
