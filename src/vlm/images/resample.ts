import type { Picture } from '../pixels.js';
import { laidOn, type Size } from './canvas.js';
import { FILTERS, type Filter, type FilterName } from './filters.js';

export type ResampleName = FilterName | 'nearest';

/** Pillow's numbers of its filters, as preprocessor_config.json's `resample` has them. */
const BY_NUMBER: readonly ResampleName[] = ['nearest', 'lanczos', 'bilinear', 'bicubic', 'box', 'hamming'];

/** Undefined for a number that Pillow does not know. */
export function resampleName(pillowNumber: number): ResampleName | undefined {
  return BY_NUMBER[pillowNumber];
}

const CHANNELS = 3;
/** Bits after the point of a weight: 32, less 8 of a pixel and 2 of headroom for filters with negative lobes. */
const PRECISION_BITS = 22;

/** Part of a picture. */
export interface Window extends Size {
  readonly left: number;
  readonly top: number;
}

/**
 * The picture at another size, as `PIL.Image.resize` of Pillow 13 gives it, bit for bit: one way, then the other, each rounded to 8 bits, with
 * weights in fixed point, widened when shrinking so that nothing aliases (python-pillow/Pillow, `src/libImaging/Resample.c`).
 * Image processors of the hub were made with it; another resampler gives a model pictures it has not been trained on.
 * Of what comes out, only `window` is computed.
 */
export function resample(
  picture: Picture,
  size: Size,
  name: ResampleName,
  window: Window = { ...size, left: 0, top: 0 },
): Picture {
  checkSide(size.width);
  checkSide(size.height);
  if (name === 'nearest') return nearest(picture, size, window);
  const across = { to: size.width, from: window.left, count: window.width };
  const down = { to: size.height, from: window.top, count: window.height };
  const filter = FILTERS[name];
  return goesDownFirst(picture, size)
    ? resampleRows(resampleColumns(picture, down, filter), across, filter)
    : resampleColumns(resampleRows(picture, across, filter), down, filter);
}

/** Measured on Pillow 13.0 (4,182 of 4,182 random sizes); older ones always go across first, which rounds here and there otherwise. */
function goesDownFirst(from: Size, to: Size): boolean {
  return from.height > to.height && from.height - to.height > 2 * (from.width - to.width);
}

/** Along one axis: of `to` pixels, those that are wanted. */
interface Span {
  readonly to: number;
  readonly from: number;
  readonly count: number;
}

function checkSide(side: number): void {
  if (!Number.isInteger(side) || side < 1)
    throw new TypeError(`a picture cannot be ${side} pixels wide or high`);
}

/** For each pixel that is wanted: the source pixel it begins with, how many it takes, and their weights, `stride` apart. */
interface Weights {
  readonly first: Int32Array;
  readonly count: Int32Array;
  readonly weights: Int32Array;
  readonly stride: number;
}

function weightsFor(from: number, span: Span, filter: Filter): Weights {
  const scale = from / span.to;
  const widening = Math.max(scale, 1);
  const support = filter.support * widening;
  const stride = Math.ceil(support) * 2 + 1;
  const first = new Int32Array(span.count);
  const count = new Int32Array(span.count);
  const weights = new Int32Array(span.count * stride);
  const inverse = 1 / widening;
  for (let i = 0; i < span.count; i++) {
    const center = (span.from + i + 0.5) * scale;
    const start = Math.max(0, Math.trunc(center - support + 0.5));
    const taken = Math.min(from, Math.trunc(center + support + 0.5)) - start;
    const exact = Array.from({ length: taken }, (_, x) =>
      filter.weight((x + start - center + 0.5) * inverse),
    );
    const sum = exact.reduce((total, weight) => total + weight, 0);
    first[i] = start;
    count[i] = taken;
    weights.set(
      exact.map((weight) => fixedPoint(sum === 0 ? weight : weight / sum)),
      i * stride,
    );
  }
  return { first, count, weights, stride };
}

function fixedPoint(weight: number): number {
  return Math.trunc((weight < 0 ? -0.5 : 0.5) + weight * (1 << PRECISION_BITS));
}

function resampleRows(picture: Picture, span: Span, filter: Filter): Picture {
  const { width: from, height, pixels } = picture;
  const { count: width } = span;
  if (from === span.to) return from === width ? picture : laidOn({ width, height }, picture, [-span.from, 0]);
  const { first, count, weights, stride } = weightsFor(from, span, filter);
  const out = new Uint8ClampedArray(width * height * CHANNELS);
  for (let y = 0, at = 0; y < height; y++) {
    for (let x = 0; x < width; x++, at += CHANNELS) {
      let source = (y * from + (first[x] as number)) * CHANNELS;
      const end = x * stride + (count[x] as number);
      let r = HALF;
      let g = HALF;
      let b = HALF;
      for (let k = x * stride; k < end; k++, source += CHANNELS) {
        const weight = weights[k] as number;
        r = (r + (pixels[source] as number) * weight) | 0;
        g = (g + (pixels[source + 1] as number) * weight) | 0;
        b = (b + (pixels[source + 2] as number) * weight) | 0;
      }
      out[at] = r >> PRECISION_BITS;
      out[at + 1] = g >> PRECISION_BITS;
      out[at + 2] = b >> PRECISION_BITS;
    }
  }
  return { width, height, pixels: new Uint8Array(out.buffer) };
}

function resampleColumns(picture: Picture, span: Span, filter: Filter): Picture {
  const { width, height: from, pixels } = picture;
  const { count: height } = span;
  if (from === span.to)
    return from === height ? picture : laidOn({ width, height }, picture, [0, -span.from]);
  const { first, count, weights, stride } = weightsFor(from, span, filter);
  const row = width * CHANNELS;
  const out = new Uint8ClampedArray(row * height);
  const sums = new Int32Array(row);
  for (let y = 0; y < height; y++) {
    sums.fill(HALF);
    for (let k = 0; k < (count[y] as number); k++) {
      const weight = weights[y * stride + k] as number;
      const source = ((first[y] as number) + k) * row;
      for (let x = 0; x < row; x++) sums[x] = (sums[x] as number) + (pixels[source + x] as number) * weight;
    }
    for (let x = 0; x < row; x++) out[y * row + x] = (sums[x] as number) >> PRECISION_BITS;
  }
  return { width, height, pixels: new Uint8Array(out.buffer) };
}

/** Half of the last bit that is kept: what is cut off is rounded. */
const HALF = 1 << (PRECISION_BITS - 1);

function nearest(picture: Picture, size: Size, { left, top, width, height }: Window): Picture {
  if (picture.width === size.width && picture.height === size.height)
    return width === size.width && height === size.height
      ? picture
      : laidOn({ width, height }, picture, [-left, -top]);
  const columns = nearestSources(picture.width, size.width, left, width);
  const rows = nearestSources(picture.height, size.height, top, height);
  const out = new Uint8Array(width * height * CHANNELS);
  let at = 0;
  for (const y of rows)
    for (const x of columns)
      for (let source = (y * picture.width + x) * CHANNELS, c = 0; c < CHANNELS; c++)
        out[at++] = picture.pixels[source + c] as number;
  return { width, height, pixels: out };
}

/** Summed up as Pillow does (`ImagingScaleAffine` of `Geometry.c`), which a product does not round alike. */
function nearestSources(from: number, to: number, first: number, count: number): number[] {
  const step = from / to;
  const sources: number[] = [];
  for (let i = 0, position = step * 0.5; i < first + count; i++, position += step)
    if (i >= first) sources.push(Math.min(from - 1, Math.trunc(position)));
  return sources;
}
