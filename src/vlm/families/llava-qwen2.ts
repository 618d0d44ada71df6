import { join } from 'node:path';
import { z } from 'zod';
import { checked } from '../checked-json.js';
import type { FamilyKind } from './family.js';
import { patchesOf, squareFamily } from './llava.js';
import { llavaPictures } from './llava-pictures.js';

const count = z.number().int().min(1);
const configSchema = z.looseObject({
  num_hidden_layers: count.max(512),
  max_position_embeddings: count.default(32_768),
});
const processorSchema = z.looseObject({
  patch_size: count.max(256).nullish(),
  num_additional_image_tokens: z.number().int().min(0).max(256).optional(),
});

/** Pixels of a side that become one token: FastViTHD halves the picture six times. */
const STRIDE = 64;

/**
 * FastVLM (apple/ml-fastvlm; transformers knows it as `models/fast_vlm`): a convolutional tower without a class token, Qwen2 behind it, its configuration at
 * the top. Pictures are prepared as the folder says, which is the middle of the picture, as transformers and transformers.js do; Apple's own
 * program pads to a square instead (`llava/mm_utils.py`), for which `do_pad` can be set in preprocessor_config.json.
 */
export const llavaQwen2: FamilyKind = {
  input: { width: 1024, height: 1024, fps: 1, framesPerClip: 2 },
  make(folder) {
    const config = checked(join(folder.path, 'config.json'), configSchema, folder.config);
    const processor = checked(join(folder.path, 'processor_config.json'), processorSchema, folder.processor);
    const pictures = llavaPictures(folder);
    const tokens =
      patchesOf(pictures, processor.patch_size ?? STRIDE) + (processor.num_additional_image_tokens ?? 0);
    return squareFamily(pictures, tokens, {
      layers: config.num_hidden_layers,
      maxContext: config.max_position_embeddings,
      content: 'text',
    });
  },
};
