import { float32, int64 } from '../../onnx/tensor.js';
import type { Grid, Patches, Picture } from '../pixels.js';
import { visionPositions } from '../positions.js';
import type { Sight } from './family.js';
import { patchesOf, type QwenPictures } from './qwen-pictures.js';

/** Of one family: how its vision encoder names the grids, and how far positions advance from one temporal patch of a video to the next. */
export interface QwenSpec {
  readonly gridName: 'grid_thw' | 'image_grid_thw';
  readonly pictures: QwenPictures;
}

/** Pictures of any sizes, each by itself, in one run of the encoder. */
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
  const { mergeSize } = pictures;
  const rows = seen.reduce((sum, { dims }) => sum + dims[0], 0);
  const pixels = new Float32Array(rows * (seen[0]?.dims[1] ?? 0));
  let at = 0;
  for (const { data } of seen) {
    pixels.set(data, at);
    at += data.length;
  }
  return {
    runs: [
      {
        pixel_values: float32([rows, pixels.length / Math.max(1, rows)], pixels),
        [gridName]: int64(
          [seen.length, 3],
          seen.flatMap(({ grid: { t, h, w } }) => [t, h, w]),
        ),
      },
    ],
    blocks: seen.map(({ grid }) => ({
      tokens: mergedTokens(grid, mergeSize),
      positions: (start: number) => visionPositions(start, grid, mergeSize, interval),
    })),
  };
}

/** Tokens that a grid becomes, after merging. */
function mergedTokens({ t, h, w }: Grid, mergeSize: number): number {
  return (t * h * w) / mergeSize ** 2;
}
