import { z } from 'zod';
import type { Normalisation } from '../images/normalise.js';

/** What every preprocessor_config.json says of pictures. */
export const pictureSchema = z.looseObject({
  do_rescale: z.boolean().default(true),
  do_normalize: z.boolean().default(true),
  rescale_factor: z
    .number()
    .positive()
    .default(1 / 255),
  image_mean: z.array(z.number()).length(3).default([0.5, 0.5, 0.5]),
  image_std: z.array(z.number().positive()).length(3).default([0.5, 0.5, 0.5]),
});

export function normalisation(config: z.output<typeof pictureSchema>): Normalisation {
  return {
    rescale: config.do_rescale ? config.rescale_factor : 1,
    mean: config.do_normalize ? config.image_mean : [0, 0, 0],
    std: config.do_normalize ? config.image_std : [1, 1, 1],
  };
}
