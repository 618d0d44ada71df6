import type { Picture } from '../../src/vlm/pixels.js';

/** A still of noise, the same for the same seed (xorshift32). */
export function noise(width: number, height: number, seed: number): Picture {
  let state = seed + 1;
  const pixels = Uint8Array.from({ length: width * height * 3 }, () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return state & 255;
  });
  return { width, height, pixels };
}
