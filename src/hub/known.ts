import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { parseRepository } from '../model-cache.js';
import { DTYPES } from './layout.js';

/** `models/known` of the package, which is two folders above this file, built or not. */
const KNOWN = fileURLToPath(new URL('../../models/known/', import.meta.url));

/** `models/known/*.json`: a real model of the hub that Booth knows of. */
const knownModelSchema = z.strictObject({
  repository: z.string().refine((text) => parseRepository(text) !== null, 'owner/name'),
  /** `model_type` of its config.json, which chooses the adapter. */
  family: z.string().min(1),
  description: z.string().min(1),
  parameters: z.string().min(1),
  licence: z.string().min(1),
  /** How a stream becomes prompts with it. */
  strategy: z.enum(['streaming', 'history']),
  /** Whether Booth has been run with its real weights. */
  ran: z.boolean(),
  /** Variants in the order to prefer them; the repository's own list says which there are. */
  dtypes: z.array(z.enum(DTYPES)).min(1),
  /** Of the three graphs together, by variant, where a public page tells; rounded. */
  megabytes: z.partialRecord(z.enum(DTYPES), z.number().positive()).optional(),
  /** Where this was read. */
  sources: z.array(z.url()).min(1),
  /** What becomes `booth.json` of the pulled folder. */
  booth: z.record(z.string(), z.unknown()).optional(),
});

export type KnownModel = Readonly<z.output<typeof knownModelSchema>>;

/** All known models, by repository. */
export async function knownModels(folder = KNOWN): Promise<KnownModel[]> {
  const names = (await readdir(folder)).filter((name) => name.endsWith('.json')).sort();
  const texts = await Promise.all(names.map((name) => readFile(join(folder, name), 'utf8')));
  return texts.map((text) => knownModelSchema.parse(JSON.parse(text)));
}
