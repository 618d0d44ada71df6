import type { Size } from '../images/canvas.js';

export interface ResizeLimits {
  /** Both sides become multiples of it. */
  readonly factor: number;
  readonly minPixels: number;
  readonly maxPixels: number;
}

const LONGEST_ASPECT = 200;

/**
 * The size nearest to the picture's own whose sides are multiples of `factor` and whose area is within the limits (transformers, `smart_resize` of
 * `models/qwen2_vl/image_processing_qwen2_vl.py`); `null` for a picture over 200 times as long as wide.
 */
export function smartResize({ width, height }: Size, limits: ResizeLimits): Size | null {
  const { factor, minPixels, maxPixels } = limits;
  if (Math.max(width, height) / Math.min(width, height) > LONGEST_ASPECT) return null;
  const nearest = (side: number) => roundHalfEven(side / factor) * factor;
  const size = { width: nearest(width), height: nearest(height) };
  if (size.width * size.height > maxPixels) {
    const shrink = Math.sqrt((height * width) / maxPixels);
    const smaller = (side: number) => Math.max(factor, Math.floor(side / shrink / factor) * factor);
    return { width: smaller(width), height: smaller(height) };
  }
  if (size.width * size.height < minPixels) {
    const grow = Math.sqrt(minPixels / (height * width));
    const larger = (side: number) => Math.ceil((side * grow) / factor) * factor;
    return { width: larger(width), height: larger(height) };
  }
  return size;
}

/** Python's `round`: a half goes to the even neighbour. `Math.round` gives 35 heights between 28 and 1999 another grid. */
function roundHalfEven(value: number): number {
  const floor = Math.floor(value);
  if (value - floor !== 0.5) return Math.round(value);
  return floor % 2 === 0 ? floor : floor + 1;
}
