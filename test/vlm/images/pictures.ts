import type { Picture } from '../../../src/vlm/pixels.js';

/** The formula of the golden files: value = (7·x + 13·y + 29·c + 101·seed + (x·y·(seed + 1) >> 3)) mod 256. */
export function patterned(width: number, height: number, seed = 0): Picture {
  const pixels = Uint8Array.from({ length: width * height * 3 }, (_, at) => {
    const c = at % 3;
    const x = Math.floor(at / 3) % width;
    const y = Math.floor(at / 3 / width);
    return (7 * x + 13 * y + 29 * c + 101 * seed + Math.floor((x * y * (seed + 1)) / 8)) % 256;
  });
  return { width, height, pixels };
}
