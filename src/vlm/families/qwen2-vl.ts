import { join } from 'node:path';
import { z } from 'zod';
import { checked } from '../checked-json.js';
import type { FamilyKind } from './family.js';
import { imagePictures, videoPictures } from './qwen-pictures.js';
import { imageSight, qwenContracts, videoSight } from './qwen-sight.js';

const shape = z.looseObject({
  num_hidden_layers: z.number().int().min(1).max(512),
  max_position_embeddings: z.number().int().min(1).default(32_768),
});

/** The hub's repositories have these at the top; what newer versions of transformers write has them in `text_config`. */
const configSchema = z.union([
  z.looseObject({ text_config: shape }).transform(({ text_config }) => text_config),
  shape,
]);

/** Positions from one temporal patch to the next: a video's pace is not told. */
const INTERVAL = 1;

/** Qwen2-VL: patches of frame pairs at any resolution, M-RoPE (transformers, `models/qwen2_vl`). */
export const qwen2vl: FamilyKind = {
  input: { width: 504, height: 280, fps: 2, framesPerClip: 4 },
  make(folder) {
    const config = checked(join(folder.path, 'config.json'), configSchema, folder.config);
    const gridName = 'grid_thw';
    const still = { gridName, pictures: imagePictures(folder) } as const;
    const video = { gridName, pictures: videoPictures(folder) } as const;
    return {
      contracts: qwenContracts(gridName, config.num_hidden_layers),
      batchAxis: 0,
      featuresName: 'image_features',
      maxContext: config.max_position_embeddings,
      content: 'parts',
      images: (pictures) => imageSight(pictures, still),
      video: (pictures) => videoSight(pictures, video, INTERVAL),
    };
  },
};
