import { copyFile, link, lstat, readdir, rename, rm } from 'node:fs/promises';
import { dirname, join, relative, sep } from 'node:path';
import { makeFolder } from '../make-folder.js';
import type { Places } from './places.js';

/** Makes the folder of partial files ready; one that holds a link is not trusted and begun anew. */
export async function openStaging({ partial, folder, old, gone }: Places): Promise<void> {
  // A process that died between the two steps of `publish` left the model under its old name.
  if (!(await exists(folder)) && (await exists(old))) await rename(old, folder);
  await Promise.all([old, gone].map((path) => rm(path, { recursive: true, force: true })));
  const stats = await lstat(partial).catch(() => null);
  if (stats !== null && (!stats.isDirectory() || (await holdsLink(partial)))) {
    await rm(partial, { recursive: true, force: true });
  }
  makeFolder(partial);
}

/** Gives `target` the content of `source` without a second copy, where the file system can. */
export async function adopt(source: string, target: string): Promise<void> {
  makeFolder(dirname(target));
  await link(source, target).catch(() => copyFile(source, target));
}

/** Removes what does not belong to the model, then puts the staged folder in the model's place. */
export async function publish({ partial, folder, old }: Places, paths: ReadonlySet<string>): Promise<void> {
  for (const entry of await readdir(partial, { withFileTypes: true, recursive: true })) {
    const path = join(entry.parentPath, entry.name);
    if (entry.isFile() && !paths.has(relative(partial, path).split(sep).join('/'))) await rm(path);
  }
  if (await exists(folder)) await rename(folder, old);
  await rename(partial, folder);
  await rm(old, { recursive: true, force: true });
}

export async function exists(path: string): Promise<boolean> {
  return (await lstat(path).catch(() => null)) !== null;
}

async function holdsLink(folder: string): Promise<boolean> {
  const entries = await readdir(folder, { withFileTypes: true, recursive: true });
  return entries.some((entry) => entry.isSymbolicLink());
}
