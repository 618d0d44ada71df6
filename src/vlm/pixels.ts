import { type Normalisation, normalisationTables } from './images/normalise.js';

/** RGB, 8 bits, row-major: what `Frame` is, without its times. */
export interface Picture {
  readonly width: number;
  readonly height: number;
  readonly pixels: Uint8Array;
}

/** How pictures become patches; all from the model's preprocessor_config.json. */
export interface PatchSpec extends Normalisation {
  readonly patchSize: number;
  readonly mergeSize: number;
  readonly temporalPatchSize: number;
}

/** Patches in time, down and across, before merging. */
export interface Grid {
  readonly t: number;
  readonly h: number;
  readonly w: number;
}

export interface Patches {
  /** [t·h·w, 3·temporalPatch·patch·patch] */
  readonly data: Float32Array;
  readonly dims: readonly [number, number];
  readonly grid: Grid;
}

const CHANNELS = 3;

/**
 * Pictures of one size → normalised patches as Qwen2-VL wants them: the view [gt, tp, C, gh/m, m, p, gw/m, m, p]
 * permuted by (0, 3, 6, 4, 7, 2, 1, 5, 8), so that the m×m patches that merge into one token are neighbours
 * (transformers, `models/qwen2_vl/image_processing_qwen2_vl.py`). The last picture is repeated until the
 * number is a multiple of the temporal patch. Sides must be multiples of patch·merge, else TypeError.
 */
export function patchify(pictures: readonly Picture[], spec: PatchSpec): Patches {
  const { patchSize: p, mergeSize: m, temporalPatchSize: tp } = spec;
  const { width, height } = sizeOf(pictures, p * m);
  const grid = { t: Math.ceil(pictures.length / tp), h: height / p, w: width / p };
  const tables = normalisationTables(spec);
  const data = new Float32Array(grid.t * grid.h * grid.w * CHANNELS * tp * p * p);
  let at = 0;
  for (let t = 0; t < grid.t; t++)
    for (let cellRow = 0; cellRow < grid.h; cellRow += m)
      for (let cellColumn = 0; cellColumn < grid.w; cellColumn += m)
        for (let inner = 0; inner < m * m; inner++) {
          const top = (cellRow + Math.floor(inner / m)) * p;
          const left = (cellColumn + (inner % m)) * p;
          for (const [channel, table] of tables.entries())
            for (let i = 0; i < tp; i++) {
              const picture = pictures[Math.min(t * tp + i, pictures.length - 1)] as Picture;
              at = copyPatch(picture, { top, left, size: p, channel }, table, data, at);
            }
        }
  return { data, dims: [grid.t * grid.h * grid.w, CHANNELS * tp * p * p], grid };
}

function sizeOf(pictures: readonly Picture[], multiple: number): Picture {
  const [first] = pictures;
  if (first === undefined) throw new TypeError('there are no pictures to look at');
  if (pictures.some(({ width, height }) => width !== first.width || height !== first.height))
    throw new TypeError('the pictures of one clip differ in size');
  const { width, height } = first;
  if (width % multiple !== 0 || height % multiple !== 0 || width === 0 || height === 0)
    throw new TypeError(`a picture of ${width}×${height} is no multiple of ${multiple} on both sides`);
  if (pictures.some(({ pixels }) => pixels.length !== width * height * CHANNELS))
    throw new TypeError(`a picture of ${width}×${height} needs ${width * height * CHANNELS} bytes of RGB`);
  return first;
}

interface PatchPlace {
  readonly top: number;
  readonly left: number;
  readonly size: number;
  readonly channel: number;
}

function copyPatch(
  from: Picture,
  place: PatchPlace,
  table: Float32Array,
  to: Float32Array,
  at: number,
): number {
  let next = at;
  for (let y = place.top; y < place.top + place.size; y++) {
    let source = (y * from.width + place.left) * CHANNELS + place.channel;
    for (let x = 0; x < place.size; x++, source += CHANNELS)
      to[next++] = table[from.pixels[source] as number] as number;
  }
  return next;
}
