import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { DTYPES } from './layout.js';

/** In a pulled folder: what it was pulled from, and the checksum of every file. */
export const RECORD = '.booth-pull.json';

const recordSchema = z.object({
  format: z.literal(1),
  repository: z.string(),
  endpoint: z.string(),
  revision: z.string(),
  dtypes: z.array(z.enum(DTYPES)).min(1),
  files: z.array(
    z.object({
      path: z.string(),
      size: z.number().int().min(0),
      sha256: z.string().regex(/^[0-9a-f]{64}$/),
      /** The hub's own checksum, which tells whether the repository still has this content. */
      listed: z.string(),
    }),
  ),
});

export type PullRecord = z.output<typeof recordSchema>;

/** `null` where there is none, or none that can be read. */
export async function readRecord(folder: string): Promise<PullRecord | null> {
  try {
    return recordSchema.parse(JSON.parse(await readFile(join(folder, RECORD), 'utf8')));
  } catch {
    return null;
  }
}

export async function writeRecord(folder: string, record: PullRecord): Promise<void> {
  await writeFile(join(folder, RECORD), `${JSON.stringify(record, null, 1)}\n`);
}
