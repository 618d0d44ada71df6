import { modelInvalid } from '../checked-json.js';
import type { Size } from '../images/canvas.js';
import { cropped, type FeatureMap, interpolated, joined, withRowEnds } from '../images/feature-map.js';
import type { Float32Tensor } from './family.js';

/** Which part of the joined tiles shows the picture, and the grid that it is brought to. */
export interface TileLayout {
  /** Tiles of a row, and patches of a tile's side. */
  readonly across: number;
  readonly grid: number;
  readonly part: {
    readonly top: number;
    readonly left: number;
    readonly rows: number;
    readonly columns: number;
  };
  readonly rows: number;
  readonly columns: number;
}

interface Tiling {
  readonly rows: number;
  readonly columns: number;
  readonly grid: number;
  readonly mostTiles: number;
}

/** Features that show only padding are left out, and what is left of too many tiles is scaled down (`unpad_image` and `pack_image_features` of the reference). */
export function tileLayout(picture: Size, { rows, columns, grid, mostTiles }: Tiling): TileLayout {
  const part = unpadded(picture, { height: rows * grid, width: columns * grid });
  const excess = Math.sqrt((part.rows * part.columns) / (mostTiles * grid ** 2));
  return {
    across: columns,
    grid,
    part,
    rows: excess > 1.1 ? Math.floor(part.rows / excess) : part.rows,
    columns: excess > 1.1 ? Math.floor(part.columns / excess) : part.columns,
  };
}

/** Feature vectors of the tiles, with those that end rows. */
export function tokensOf({ rows, columns }: TileLayout): number {
  return rows * (columns + 1);
}

function unpadded({ width, height }: Size, whole: Size): TileLayout['part'] {
  if (width / height > whole.width / whole.height) {
    const top = margin(whole.height, height * (whole.width / width));
    return { top, left: 0, rows: whole.height - 2 * top, columns: whole.width };
  }
  const left = margin(whole.width, width * (whole.height / height));
  return { top: 0, left, rows: whole.height, columns: whole.width - 2 * left };
}

/** The reference rounds to seven places before it cuts off. */
function margin(whole: number, shown: number): number {
  return Math.floor((whole - Math.trunc(Number(shown.toFixed(7)))) / 2);
}

/** Of the whole and the tiles of one picture → the whole, then the tiles as one picture whose rows end with `end`. */
export function packedTiles(
  outputs: readonly Float32Tensor[],
  { across, grid, part, rows, columns }: TileLayout,
  end: Float32Array,
): Float32Array {
  const [whole, ...tiles] = outputs.map((output) => mapOf(output, grid));
  if (whole === undefined) throw new TypeError('there are no features to pack');
  const shown = cropped(joined(tiles, across), part);
  const scaled = rows === part.rows && columns === part.columns ? shown : interpolated(shown, rows, columns);
  return concatenated([whole.data, withRowEnds(scaled, fitting(end, whole.channels))]);
}

/** Each picture's features, and `end` after each. */
export function withEnds(outputs: readonly Float32Tensor[], end: Float32Array | null): Float32Array {
  return concatenated(
    outputs.flatMap(({ data, dims }) => (end === null ? [data] : [data, fitting(end, dims[2] ?? 0)])),
  );
}

/** Frames pooled to half of their grid each way, rounded up; `end` after the last. */
export function pooledFrames(
  outputs: readonly Float32Tensor[],
  grid: number,
  end: Float32Array | null,
): Float32Array {
  const half = Math.ceil(grid / 2);
  const pooled = outputs.map((output) => interpolated(mapOf(output, grid), half, half));
  const channels = pooled[0]?.channels ?? 0;
  return concatenated([...pooled.map(({ data }) => data), ...(end === null ? [] : [fitting(end, channels)])]);
}

function mapOf({ dims, data }: Float32Tensor, grid: number): FeatureMap {
  const channels = dims[2] ?? 0;
  if (data.length !== grid * grid * channels)
    throw modelInvalid(
      `its vision encoder gave image_features [${dims.join(', ')}] for one picture of ${grid}×${grid} patches`,
    );
  return { rows: grid, columns: grid, channels, data };
}

function fitting(end: Float32Array, channels: number): Float32Array {
  if (end.length === channels) return end;
  throw modelInvalid(
    `image_newline of its processor_config.json has ${end.length} numbers, but image_features have ${channels}`,
  );
}

function concatenated(parts: readonly Float32Array[]): Float32Array {
  const all = new Float32Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}
