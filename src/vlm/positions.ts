import type { Grid } from './pixels.js';

/** M-RoPE positions of some tokens, one number per token on each axis. */
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

export interface VideoTiming {
  /** Seconds between two temporal patches. */
  readonly secondPerGrid: number;
  readonly tokensPerSecond: number;
}

/**
 * A vision block that begins at `start`, on the merged grid: t tells the time (absolute, floored after the product), h the row, w the column
 * (transformers, `Qwen2_5_VLModel.get_rope_index`).
 */
export function visionPositions(
  start: number,
  grid: Grid,
  mergeSize: number,
  timing: VideoTiming,
): Positions {
  const [rows, columns] = [grid.h / mergeSize, grid.w / mergeSize];
  const positions = { t: [] as number[], h: [] as number[], w: [] as number[] };
  for (let i = 0; i < grid.t; i++)
    for (let row = 0; row < rows; row++)
      for (let column = 0; column < columns; column++) {
        positions.t.push(start + timePosition(i, timing));
        positions.h.push(start + row);
        positions.w.push(start + column);
      }
  return {
    ...positions,
    next: start + Math.max(timePosition(grid.t - 1, timing), rows - 1, columns - 1) + 1,
  };
}

function timePosition(index: number, { secondPerGrid, tokensPerSecond }: VideoTiming): number {
  return Math.floor(index * secondPerGrid * tokensPerSecond);
}
