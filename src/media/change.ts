import type { Frame } from '../media/frame.js';

/** Points that are compared, evenly spread: enough for motion, few enough to cost nothing. */
const COLUMNS = 48;
const ROWS = 27;

/** The brightness (BT.601 luma, 0–255) of a frame at the points of a grid. */
export type LumaGrid = Uint8Array;

export function lumaGrid({ pixels, width, height }: Pick<Frame, 'pixels' | 'width' | 'height'>): LumaGrid {
  const grid = new Uint8Array(COLUMNS * ROWS);
  for (let row = 0; row < ROWS; row++) {
    const y = Math.floor(((row + 0.5) * height) / ROWS);
    for (let column = 0; column < COLUMNS; column++) {
      const x = Math.floor(((column + 0.5) * width) / COLUMNS);
      const at = (y * width + x) * 3;
      const [red = 0, green = 0, blue = 0] = [pixels[at], pixels[at + 1], pixels[at + 2]];
      grid[row * COLUMNS + column] = (77 * red + 150 * green + 29 * blue) >> 8;
    }
  }
  return grid;
}

/** Mean absolute difference, 0–1: 0 for the same picture, 1 from black to white. */
export function meanChange(before: LumaGrid, after: LumaGrid): number {
  let sum = 0;
  for (let point = 0; point < after.length; point++) {
    sum += Math.abs((after[point] ?? 0) - (before[point] ?? 0));
  }
  return sum / (255 * after.length);
}
