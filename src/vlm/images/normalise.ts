/** How bytes become numbers: `(byte · rescale − mean) / std` of each channel. */
export interface Normalisation {
  readonly mean: readonly number[];
  readonly std: readonly number[];
  readonly rescale: number;
}

const CHANNELS = 3;

/** There are only 256 values a channel: each is normalised once; in float32 step by step, as the reference does (transformers, `image_transforms.py`). */
export function normalisationTables({ mean, std, rescale }: Normalisation): Float32Array[] {
  return Array.from({ length: CHANNELS }, (_, channel) => {
    const [m, s] = [Math.fround(mean[channel] ?? 0), Math.fround(std[channel] ?? 1)];
    return Float32Array.from({ length: 256 }, (_, value) =>
      Math.fround(Math.fround(Math.fround(value * rescale) - m) / s),
    );
  });
}
