import { float32, int64, type Tensors } from '../../onnx/tensor.js';
import type { Grid, Patches, Picture } from '../pixels.js';
import { visionPositions } from '../positions.js';
import { decoderContract, EMBED_TOKENS, FLOAT, INT64 } from './contracts.js';
import type { Family, Sight } from './family.js';
import { patchesOf, type QwenPictures } from './qwen-pictures.js';

/** Of one family: how its vision encoder names the grid, and how its pictures are prepared. */
export interface QwenSpec {
  readonly gridName: 'grid_thw' | 'image_grid_thw';
  readonly pictures: QwenPictures;
}

/** The graphs of a model of `layers` layers. */
export function qwenContracts(gridName: QwenSpec['gridName'], layers: number): Family['contracts'] {
  return {
    vision_encoder: {
      inputs: { pixel_values: { types: FLOAT, rank: 2 }, [gridName]: { types: INT64, rank: 2 } },
      outputs: { image_features: { types: FLOAT, rank: 2 } },
    },
    embed_tokens: EMBED_TOKENS,
    decoder_model_merged: decoderContract(layers, 3),
  };
}

/** Pictures of any sizes, each by itself. */
export function imageSight(pictures: readonly Picture[], spec: QwenSpec): Sight {
  const seen = pictures.map((picture) => patchesOf([picture], spec.pictures));
  return { kind: 'image', ...spelled('<|image_pad|>', seen, spec), ...placed(seen, spec, 1) };
}

/** Pictures of one size as a video; `interval` positions lie between two temporal patches. */
export function videoSight(pictures: readonly Picture[], spec: QwenSpec, interval: number): Sight {
  const seen = [patchesOf(pictures, spec.pictures)];
  return { kind: 'video', ...spelled('<|video_pad|>', seen, spec), ...placed(seen, spec, interval) };
}

function spelled(pad: string, seen: readonly Patches[], { pictures }: QwenSpec) {
  return {
    placeholder: pad,
    expansions: seen.map(({ grid }) => pad.repeat(mergedTokens(grid, pictures.mergeSize))),
    pad,
  };
}

function placed(seen: readonly Patches[], { gridName, pictures }: QwenSpec, interval: number) {
  return {
    runs: seen.flatMap((patches) => slices(patches, gridName)),
    blocks: seen.map(({ grid }) => ({
      tokens: mergedTokens(grid, pictures.mergeSize),
      positions: (start: number) => visionPositions(start, grid, pictures.mergeSize, interval),
    })),
  };
}

/**
 * One run of the encoder for each temporal patch, which sees nothing of the others: as one run over all, at a cost that does not grow with the square
 * of their number, and for exports that can take one grid only.
 */
function slices({ data, dims, grid: { t, h, w } }: Patches, gridName: string): Tensors[] {
  const size = data.length / t;
  return Array.from({ length: t }, (_, i) => ({
    pixel_values: float32([h * w, dims[1]], data.slice(i * size, (i + 1) * size)),
    [gridName]: int64([1, 3], [1, h, w]),
  }));
}

/** Tokens that a grid becomes, after merging. */
function mergedTokens({ t, h, w }: Grid, mergeSize: number): number {
  return (t * h * w) / mergeSize ** 2;
}
