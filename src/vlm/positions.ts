import type { Grid } from './pixels.js';

/** Positions of some tokens, one number per token on each axis; a model with plain positions reads `t` alone. */
export interface Positions {
  readonly t: readonly number[];
  readonly h: readonly number[];
  readonly w: readonly number[];
  /** Where the next text token stands: one over the largest of these. */
  readonly next: number;
}

/** Text: all axes advance together from `start`. */
export function textPositions(start: number, count: number): Positions {
  const line = Array.from({ length: count }, (_, i) => start + i);
  return { t: line, h: line, w: line, next: start + count };
}

/**
 * A vision block that begins at `start`, on the merged grid: t advances by `interval` from one temporal patch to the next, floored after the
 * product, h is the row, w the column (transformers, `get_rope_index` of `models/qwen2_5_vl`). What comes next stands one over the largest of them, as
 * the models were trained; transformers 5 leaves the time out of that.
 */
export function visionPositions(start: number, grid: Grid, mergeSize: number, interval: number): Positions {
  const [rows, columns] = [grid.h / mergeSize, grid.w / mergeSize];
  const time = (index: number) => Math.floor(Math.fround(index * interval));
  const positions = { t: [] as number[], h: [] as number[], w: [] as number[] };
  for (let i = 0; i < grid.t; i++)
    for (let row = 0; row < rows; row++)
      for (let column = 0; column < columns; column++) {
        positions.t.push(start + time(i));
        positions.h.push(start + row);
        positions.w.push(start + column);
      }
  return { ...positions, next: start + Math.max(time(grid.t - 1), rows - 1, columns - 1) + 1 };
}
