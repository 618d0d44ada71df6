/** Feature vectors on a grid: [rows, columns, channels], row-major. */
export interface FeatureMap {
  readonly rows: number;
  readonly columns: number;
  readonly channels: number;
  readonly data: Float32Array;
}

/** Bilinear to another grid, corners not aligned, nothing widened: `torch.nn.functional.interpolate(mode="bilinear")`. */
export function interpolated(map: FeatureMap, rows: number, columns: number): FeatureMap {
  const { channels, data } = map;
  const [down, across] = [taps(map.rows, rows), taps(map.columns, columns)];
  const out = new Float32Array(rows * columns * channels);
  let at = 0;
  for (const y of down)
    for (const x of across) {
      const [topLeft, topRight] = [y.first * map.columns + x.first, y.first * map.columns + x.second];
      const [lowLeft, lowRight] = [y.second * map.columns + x.first, y.second * map.columns + x.second];
      for (let c = 0; c < channels; c++) {
        const value = (cell: number) => data[cell * channels + c] as number;
        const top = value(topLeft) * (1 - x.share) + value(topRight) * x.share;
        const low = value(lowLeft) * (1 - x.share) + value(lowRight) * x.share;
        out[at++] = top * (1 - y.share) + low * y.share;
      }
    }
  return { rows, columns, channels, data: out };
}

/** The two source cells of each target cell, and the share of the second. */
function taps(from: number, to: number) {
  return Array.from({ length: to }, (_, i) => {
    const position = Math.max(0, (i + 0.5) * (from / to) - 0.5);
    const first = Math.min(from - 1, Math.floor(position));
    return { first, second: Math.min(first + 1, from - 1), share: position - first };
  });
}

/** Part of a map: rows and columns from `top`, `left`. */
export function cropped(
  { channels, columns: stride, data }: FeatureMap,
  { top, left, rows, columns }: { top: number; left: number; rows: number; columns: number },
): FeatureMap {
  const out = new Float32Array(rows * columns * channels);
  for (let y = 0; y < rows; y++) {
    const from = ((top + y) * stride + left) * channels;
    out.set(data.subarray(from, from + columns * channels), y * columns * channels);
  }
  return { rows, columns, channels, data: out };
}

/** Square maps of one size, laid out in rows of `across`, as one map. */
export function joined(maps: readonly FeatureMap[], across: number): FeatureMap {
  const [first] = maps;
  if (first === undefined) throw new TypeError('there are no feature maps to join');
  const { rows, columns, channels } = first;
  const whole = { rows: (maps.length / across) * rows, columns: across * columns, channels };
  const data = new Float32Array(whole.rows * whole.columns * channels);
  for (const [i, map] of maps.entries())
    for (let y = 0; y < rows; y++) {
      const row = Math.floor(i / across) * rows + y;
      data.set(
        map.data.subarray(y * columns * channels, (y + 1) * columns * channels),
        (row * whole.columns + (i % across) * columns) * channels,
      );
    }
  return { ...whole, data };
}

/** The vectors of a map row by row, `end` after each row. */
export function withRowEnds({ rows, columns, channels, data }: FeatureMap, end: Float32Array): Float32Array {
  const out = new Float32Array(rows * (columns + 1) * channels);
  for (let y = 0; y < rows; y++) {
    const at = y * (columns + 1) * channels;
    out.set(data.subarray(y * columns * channels, (y + 1) * columns * channels), at);
    out.set(end, at + columns * channels);
  }
  return out;
}
