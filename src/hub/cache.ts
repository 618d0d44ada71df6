import { readdir, realpath, rename, rm, rmdir } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { BoothError } from '../errors.js';
import { parseRepository, type Repository } from '../model-cache.js';
import { sha256Of, sizeOf } from './digest.js';
import { writingTo } from './disk.js';
import { withLock } from './lock.js';
import { placesOf } from './places.js';
import { readRecord } from './record.js';
import { exists } from './staging.js';

export interface CachedModel {
  readonly repository: string;
  readonly folder: string;
  /** `null` for a folder that no pull has made. */
  readonly revision: string | null;
  readonly dtypes: readonly string[];
  readonly bytes: number;
}

/** The whole models of the cache; those on their way are not among them. */
export async function cachedModels(cache: string): Promise<CachedModel[]> {
  const found: CachedModel[] = [];
  for (const owner of await foldersOf(cache)) {
    for (const name of await foldersOf(join(cache, owner))) {
      const repository = parseRepository(`${owner}/${name}`);
      if (repository === null) continue;
      const { folder } = placesOf(cache, repository);
      if ((await sizeOf(join(folder, 'config.json'))) === null) continue;
      const record = await readRecord(folder);
      found.push({
        repository: `${owner}/${name}`,
        folder,
        revision: record?.revision ?? null,
        dtypes: record?.dtypes ?? [],
        bytes: record?.files.reduce((sum, { size }) => sum + size, 0) ?? 0,
      });
    }
  }
  return found;
}

/**
 * Hashes every file again; gives how many. `sizesOnly` leaves out the hashing, which takes seconds for each gigabyte. Raises MODEL_CORRUPT,
 * naming those that differ, and MODEL_NOT_FOUND.
 */
export async function verify(
  cache: string,
  repository: Repository,
  { sizesOnly = false } = {},
): Promise<number> {
  const { folder } = placesOf(cache, repository);
  const name = `${repository.owner}/${repository.name}`;
  if (!(await exists(folder))) throw notFound(cache, name);
  const record = await readRecord(folder);
  if (record === null) throw corrupt(name, `${folder} has no readable record of its checksums`);
  const faults: string[] = [];
  for (const { path, size, sha256 } of record.files) {
    const file = join(folder, path);
    const found = await sizeOf(file);
    if (found === null) faults.push(`${path} is missing`);
    else if (found !== size) faults.push(`${path} has ${found} bytes instead of ${size}`);
    else if (!sizesOnly && (await sha256Of(file)) !== sha256) faults.push(`${path} has another content`);
  }
  if (faults.length > 0) throw corrupt(name, faults.join('; '));
  return record.files.length;
}

/**
 * Removes a model and what is left of unfinished pulls of it. Raises MODEL_NOT_FOUND, MODEL_BUSY, MODEL_UNWRITABLE.
 */
export async function remove(cache: string, repository: Repository): Promise<void> {
  const { folder, partial, old, gone, lock } = placesOf(cache, repository);
  const name = `${repository.owner}/${repository.name}`;
  if (!(await exists(folder)) && !(await exists(partial))) throw notFound(cache, name);
  await checkInside(cache, dirname(folder));
  await writingTo(cache, () =>
    withLock(lock, async () => {
      await rm(gone, { recursive: true, force: true });
      // One step, so that nobody opens half a model.
      if (await exists(folder)) await rename(folder, gone);
      await Promise.all([gone, old, partial].map((path) => rm(path, { recursive: true, force: true })));
    }),
  );
  await rmdir(dirname(folder)).catch(() => {});
}

/** An owner's folder that is a link leads out of the cache. */
async function checkInside(cache: string, folder: string): Promise<void> {
  const way = relative(await realpath(cache), await realpath(folder));
  if (way === '' || way === '..' || /[\\/]/.test(way))
    throw new BoothError(
      'MODEL_UNWRITABLE',
      `${folder} leads out of the cache ${cache}: nothing was removed.`,
    );
}

async function foldersOf(path: string): Promise<string[]> {
  const entries = await readdir(path, { withFileTypes: true }).catch(() => []);
  return entries
    .filter((entry) => entry.isDirectory() && !entry.name.startsWith('.'))
    .map(({ name }) => name)
    .sort();
}

function notFound(cache: string, name: string): BoothError {
  return new BoothError(
    'MODEL_NOT_FOUND',
    `There is no model ${name} in the cache ${cache}: \`booth models list\` shows what there is.`,
  );
}

function corrupt(name: string, fault: string): BoothError {
  return new BoothError(
    'MODEL_CORRUPT',
    `The model ${name} is damaged: ${fault}. Run \`booth models pull ${name}\`: it replaces what is damaged.`,
  );
}
