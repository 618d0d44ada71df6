import { join } from 'node:path';
import { z } from 'zod';
import { checked } from '../checked-json.js';
import type { FamilyKind } from './family.js';
import { imagePictures, videoPictures } from './qwen-pictures.js';
import { imageSight, qwenContracts, videoSight } from './qwen-sight.js';

const vision_config = z.looseObject({ tokens_per_second: z.number().positive().default(4) });
const shape = z.looseObject({
  num_hidden_layers: z.number().int().min(1).max(512),
  max_position_embeddings: z.number().int().min(1).default(32_768),
});

/** The first repositories have the text's shape at the top; what newer versions of transformers write has it in `text_config`. */
const configSchema = z.union([
  z.looseObject({ text_config: shape, vision_config }),
  shape
    .extend({ vision_config })
    .transform(({ vision_config, ...text_config }) => ({ text_config, vision_config })),
]);

/** Qwen2.5-VL: patches of frame pairs at any resolution, M-RoPE with absolute time in videos (transformers, `models/qwen2_5_vl`). */
export const qwen25vl: FamilyKind = {
  input: { width: 504, height: 280, fps: 2, framesPerClip: 4 },
  make(folder) {
    const { text_config, vision_config } = checked(
      join(folder.path, 'config.json'),
      configSchema,
      folder.config,
    );
    const gridName = 'image_grid_thw';
    const still = { gridName, pictures: imagePictures(folder) } as const;
    const video = { gridName, pictures: videoPictures(folder) } as const;
    return {
      contracts: qwenContracts(gridName, text_config.num_hidden_layers),
      batchAxis: 0,
      featuresName: 'image_features',
      maxContext: text_config.max_position_embeddings,
      content: 'parts',
      images: (pictures) => imageSight(pictures, still),
      video(pictures, { fps }) {
        // In float32, as the reference computes it, so that the floor falls alike.
        const secondPerGrid = Math.fround(video.pictures.temporalPatchSize / fps);
        return videoSight(pictures, video, Math.fround(vision_config.tokens_per_second * secondPerGrid));
      },
    };
  },
};
