import { float32, type Tensor } from '../../onnx/tensor.js';
import type { Picture } from '../pixels.js';
import { type Normalisation, normalisationTables } from './normalise.js';

const CHANNELS = 3;

/** Pictures of one size → [pictures, 3, height, width]. Sizes that differ, or none, are a TypeError. */
export function planes(
  pictures: readonly Picture[],
  normalisation: Normalisation,
): Extract<Tensor, { type: 'float32' }> {
  const [first] = pictures;
  if (first === undefined) throw new TypeError('there are no pictures to look at');
  const { width, height } = first;
  if (pictures.some((picture) => picture.width !== width || picture.height !== height))
    throw new TypeError('the pictures of one run differ in size');
  const tables = normalisationTables(normalisation);
  const data = new Float32Array(pictures.length * CHANNELS * width * height);
  let at = 0;
  for (const { pixels } of pictures)
    for (const [channel, table] of tables.entries())
      for (let source = channel; source < pixels.length; source += CHANNELS)
        data[at++] = table[pixels[source] as number] as number;
  return float32([pictures.length, CHANNELS, height, width], data);
}
