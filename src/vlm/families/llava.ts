import { join } from 'node:path';
import { z } from 'zod';
import { checked } from '../checked-json.js';
import { planes } from '../images/planes.js';
import type { Picture } from '../pixels.js';
import { decoderContract, EMBED_TOKENS, FLOAT } from './contracts.js';
import type { Family, FamilyKind, Sight } from './family.js';
import { type LlavaPictures, llavaPictures } from './llava-pictures.js';

const count = z.number().int().min(1);
const configSchema = z.looseObject({
  text_config: z.looseObject({
    num_hidden_layers: count.max(512).default(32),
    max_position_embeddings: count.default(4_096),
  }),
  vision_config: z.looseObject({ patch_size: count.max(256).default(14) }),
});
const processorSchema = z.looseObject({
  patch_size: count.max(256).nullish(),
  num_additional_image_tokens: z.number().int().min(0).max(256).optional(),
  vision_feature_select_strategy: z.enum(['default', 'full']).nullish(),
});

/** LLaVA-1.5 (transformers, `models/llava`): each picture is a square of CLIP's size, and one run of tokens. */
export const llava: FamilyKind = {
  input: { width: 336, height: 336, fps: 1, framesPerClip: 2 },
  make(folder) {
    const config = checked(join(folder.path, 'config.json'), configSchema, folder.config);
    const processor = checked(join(folder.path, 'processor_config.json'), processorSchema, folder.processor);
    const pictures = llavaPictures(folder);
    // CLIP gives a class token besides the patches, which `default` leaves out.
    const dropped = processor.vision_feature_select_strategy === 'full' ? 0 : 1;
    const extra = (processor.num_additional_image_tokens ?? dropped) - dropped;
    const patch = processor.patch_size ?? config.vision_config.patch_size;
    return squareFamily(pictures, patchesOf(pictures, patch) + extra, {
      layers: config.text_config.num_hidden_layers,
      maxContext: config.text_config.max_position_embeddings,
      content: 'parts',
    });
  },
};

/** Patches of a picture that fits. */
export function patchesOf({ size }: LlavaPictures, patch: number): number {
  return Math.floor(size.height / patch) * Math.floor(size.width / patch);
}

/** A family whose pictures all have one size and become as many tokens. */
export function squareFamily(
  pictures: LlavaPictures,
  tokens: number,
  decoder: { readonly layers: number; readonly maxContext: number; readonly content: Family['content'] },
): Family {
  return {
    contracts: squareContracts(decoder.layers),
    batchAxis: 0,
    featuresName: 'image_features',
    maxContext: decoder.maxContext,
    content: decoder.content,
    images: (shown) => squares(shown, pictures, tokens),
  };
}

export const IMAGE = '<image>';

/** One run of the encoder for each picture, because exports may hold the batch to one. */
function squares(shown: readonly Picture[], pictures: LlavaPictures, tokens: number): Sight {
  return {
    kind: 'image',
    runs: shown.map((picture) => ({
      pixel_values: planes([pictures.fit(picture)], pictures.normalisation),
    })),
    placeholder: IMAGE,
    expansions: shown.map(() => IMAGE.repeat(tokens)),
    pad: IMAGE,
    blocks: shown.map(() => ({ tokens })),
  };
}

export function squareContracts(layers: number): Family['contracts'] {
  return {
    vision_encoder: {
      inputs: { pixel_values: { types: FLOAT, rank: 4 } },
      outputs: { image_features: { types: FLOAT, rank: 3 } },
    },
    embed_tokens: EMBED_TOKENS,
    decoder_model_merged: decoderContract(layers, 2),
  };
}
