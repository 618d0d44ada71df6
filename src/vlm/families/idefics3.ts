import { join } from 'node:path';
import { z } from 'zod';
import type { Tensor } from '../../onnx/tensor.js';
import { checked } from '../checked-json.js';
import type { ModelFolder } from '../folder.js';
import type { Normalisation } from '../images/normalise.js';
import { planes } from '../images/planes.js';
import { resampleName } from '../images/resample.js';
import { type TileSpec, tiled, untiled } from '../images/tiles.js';
import type { Picture } from '../pixels.js';
import { decoderContract, EMBED_TOKENS, FLOAT } from './contracts.js';
import type { Family, FamilyKind, Sight } from './family.js';
import { IMAGE, tilesText, VIDEO_CHAT_TEMPLATE, videoText, wholeText } from './idefics3-text.js';
import { normalisation, pictureSchema } from './picture-config.js';

const count = z.number().int().min(1);
const edge = z.looseObject({ longest_edge: count.max(16_384) });
const configSchema = z.looseObject({
  scale_factor: count.max(16).default(2),
  text_config: z.looseObject({
    num_hidden_layers: count.max(512),
    max_position_embeddings: count.default(8_192),
  }),
  vision_config: z.looseObject({ image_size: count.max(4_096), patch_size: count.max(256) }),
});
/** Rows or columns of tiles: the vocabularies have markers for 6, and a picture of hostile sizes must not fill the memory. */
const MOST_TILES = 16;
const preprocessorSchema = pictureSchema
  .extend({
    size: edge.default({ longest_edge: 4 * 364 }),
    max_image_size: edge.default({ longest_edge: 364 }),
    do_image_splitting: z.boolean().default(true),
    resample: z.number().default(1),
    video_sampling: z.looseObject({ video_size: edge.optional() }).optional(),
  })
  .refine(
    ({ size, max_image_size }) => size.longest_edge <= MOST_TILES * max_image_size.longest_edge,
    `size.longest_edge must be at most ${MOST_TILES} times max_image_size.longest_edge`,
  );
const processorSchema = z.looseObject({ image_seq_len: count.max(65_536).optional() });

/** Everything that a folder of the family says. */
interface Spec {
  readonly tiles: TileSpec;
  readonly splits: boolean;
  /** The longer side of a video's frames, before they become tiles. */
  readonly videoEdge: number;
  readonly normalisation: Normalisation;
  /** Feature vectors of one tile. */
  readonly tokens: number;
  readonly layers: number;
  readonly maxContext: number;
}

/**
 * SmolVLM (transformers, `models/idefics3`). It knows no videos: a clip's frames are pictures of one tile each, as the model's page advises where
 * memory is short (`size={"longest_edge": 512}`).
 */
export const idefics3: FamilyKind = {
  input: { width: 512, height: 512, fps: 2, framesPerClip: 4 },
  make(folder) {
    const spec = read(folder);
    return {
      ...family(spec),
      video: (pictures) => whole(pictures, spec, { ...spec.tiles, longestEdge: spec.tiles.tile }),
    };
  },
};

/**
 * SmolVLM2 (transformers, `models/smolvlm`): as SmolVLM, and videos, whose frames each come with their time. Frames are not scaled up, as its documentation
 * says, though its code does so where a folder names the size of pictures too.
 */
export const smolvlm: FamilyKind = {
  input: { width: 512, height: 512, fps: 2, framesPerClip: 4 },
  make(folder) {
    const spec = read(folder);
    return {
      ...family(spec),
      video: (pictures, { fps }) => ({
        ...whole(pictures, spec, { ...spec.tiles, longestEdge: spec.videoEdge }),
        kind: 'video',
        chatTemplate: VIDEO_CHAT_TEMPLATE,
        placeholder: '<video>',
        expansions: [videoText(pictures.length, fps, wholeText(spec.tokens))],
      }),
    };
  },
};

function family(spec: Spec): Omit<Family, 'video'> {
  return {
    contracts: {
      vision_encoder: {
        inputs: {
          pixel_values: { types: FLOAT, rank: 5 },
          pixel_attention_mask: { types: ['bool'], rank: 4 },
        },
        outputs: { image_features: { types: FLOAT, rank: 3 } },
      },
      embed_tokens: EMBED_TOKENS,
      decoder_model_merged: decoderContract(spec.layers, 2),
    },
    batchAxis: 1,
    featuresName: 'image_features',
    maxContext: spec.maxContext,
    content: 'parts',
    images: (pictures) => (spec.splits ? split(pictures, spec) : whole(pictures, spec, spec.tiles)),
  };
}

/** Each picture in tiles, in a run of its own. */
function split(pictures: readonly Picture[], { tiles, normalisation, tokens }: Spec): Sight {
  const cut = pictures.map((picture) => tiled(picture, tiles));
  return {
    kind: 'image',
    runs: cut.map((each) => encoderInputs(each.pictures, normalisation)),
    placeholder: IMAGE,
    expansions: cut.map((each) => tilesText(each, tokens)),
    pad: IMAGE,
    blocks: cut.flatMap((each) => each.pictures.map(() => ({ tokens }))),
  };
}

/** Each picture as one tile, all in one run. */
function whole(pictures: readonly Picture[], { normalisation, tokens }: Spec, tiles: TileSpec): Sight {
  const shown = pictures.map((picture) => untiled(picture, tiles));
  return {
    kind: 'image',
    runs: [encoderInputs(shown, normalisation)],
    placeholder: IMAGE,
    expansions: shown.map(() => wholeText(tokens)),
    pad: IMAGE,
    blocks: shown.map(() => ({ tokens })),
  };
}

/** [1, tiles, 3, side, side], and a mask that says that every pixel counts. */
function encoderInputs(pictures: readonly Picture[], normalisation: Normalisation) {
  const { data, dims } = planes(pictures, normalisation);
  const [tiles = 0, , height = 0, width = 0] = dims;
  const mask: Tensor = {
    type: 'bool',
    dims: [1, tiles, height, width],
    data: new Uint8Array(tiles * height * width).fill(1),
  };
  return {
    pixel_values: { type: 'float32', dims: [1, ...dims], data },
    pixel_attention_mask: mask,
  } as const;
}

function read(folder: ModelFolder): Spec {
  const at = (file: string) => join(folder.path, file);
  const config = checked(at('config.json'), configSchema, folder.config);
  const own = checked(at('preprocessor_config.json'), preprocessorSchema, folder.preprocessor);
  const { image_seq_len } = checked(at('processor_config.json'), processorSchema, folder.processor);
  const { image_size, patch_size } = config.vision_config;
  const tile = own.max_image_size.longest_edge;
  return {
    tiles: { longestEdge: own.size.longest_edge, tile, filter: resampleName(own.resample) ?? 'lanczos' },
    splits: own.do_image_splitting,
    videoEdge: own.video_sampling?.video_size?.longest_edge ?? own.size.longest_edge,
    normalisation: normalisation(own),
    tokens: image_seq_len ?? Math.trunc(Math.floor(image_size / patch_size) ** 2 / config.scale_factor ** 2),
    layers: config.text_config.num_hidden_layers,
    maxContext: config.text_config.max_position_embeddings,
  };
}
