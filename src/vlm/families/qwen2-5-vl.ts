import { join } from 'node:path';
import { z } from 'zod';
import { float32, int64 } from '../../onnx/tensor.js';
import { checked } from '../checked-json.js';
import type { ModelFolder } from '../folder.js';
import { type Grid, type PatchSpec, patchify } from '../pixels.js';
import { textPositions, visionPositions } from '../positions.js';
import type { Family } from './family.js';

const FLOAT = ['float32'];
const INT64 = ['int64'];
const CACHE = { types: ['float32', 'float16'], rank: 4 };

const configSchema = z.looseObject({
  text_config: z.looseObject({
    num_hidden_layers: z.number().int().min(1).max(512),
    max_position_embeddings: z.number().int().min(1).default(32_768),
  }),
  vision_config: z.looseObject({ tokens_per_second: z.number().positive().default(2) }),
});

/** Qwen2.5-VL: patches of frame pairs, M-RoPE with absolute time (transformers, `models/qwen2_5_vl`). */
export function qwen25vl(folder: ModelFolder): Family {
  const { preprocessor, manifest } = folder;
  const config = checked(join(folder.path, 'config.json'), configSchema, folder.config);
  const patches: PatchSpec = {
    patchSize: preprocessor.patch_size,
    mergeSize: preprocessor.merge_size,
    temporalPatchSize: preprocessor.temporal_patch_size,
    mean: preprocessor.image_mean,
    std: preprocessor.image_std,
    rescale: preprocessor.rescale_factor,
  };
  const timing = {
    secondPerGrid: patches.temporalPatchSize / manifest.input.fps,
    tokensPerSecond: config.vision_config.tokens_per_second,
  };
  return {
    contracts: contracts(config.text_config.num_hidden_layers),
    featuresName: 'image_features',
    maxContext: config.text_config.max_position_embeddings,
    text: textPositions,
    vision(pictures) {
      const { data, dims, grid } = patchify(pictures, patches);
      return {
        inputs: {
          pixel_values: float32(dims, data),
          image_grid_thw: int64([1, 3], [grid.t, grid.h, grid.w]),
        },
        tokens: mergedTokens(grid, patches.mergeSize),
        positions: (start) => visionPositions(start, grid, patches.mergeSize, timing),
      };
    },
  };
}

function mergedTokens({ t, h, w }: Grid, mergeSize: number): number {
  return (t * h * w) / mergeSize ** 2;
}

function contracts(layers: number): Family['contracts'] {
  const caches = (prefix: string) =>
    Object.fromEntries(
      Array.from({ length: layers }, (_, layer) =>
        ['key', 'value'].map((part) => [`${prefix}.${layer}.${part}`, CACHE]),
      ).flat(),
    );
  return {
    vision_encoder: {
      inputs: { pixel_values: { types: FLOAT, rank: 2 }, image_grid_thw: { types: INT64, rank: 2 } },
      outputs: { image_features: { types: FLOAT, rank: 2 } },
    },
    embed_tokens: {
      inputs: { input_ids: { types: INT64, rank: 2 } },
      outputs: { inputs_embeds: { types: FLOAT, rank: 3 } },
    },
    decoder_model_merged: {
      inputs: {
        inputs_embeds: { types: FLOAT, rank: 3 },
        attention_mask: { types: INT64, rank: 2 },
        position_ids: { types: INT64, rank: 3 },
        ...caches('past_key_values'),
      },
      optional: { num_logits_to_keep: { types: INT64, rank: 0 } },
      outputs: { logits: { types: FLOAT, rank: 3 }, ...caches('present') },
    },
  };
}
