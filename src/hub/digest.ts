import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { lstat } from 'node:fs/promises';
import type { RemoteFile } from './tree.js';

/** Size of a regular file; `null` for anything else, links too. */
export async function sizeOf(path: string): Promise<number | null> {
  const stats = await lstat(path).catch(() => null);
  return stats?.isFile() ? stats.size : null;
}

export async function sha256Of(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path)) hash.update(chunk as Buffer);
  return hash.digest('hex');
}

/** The sha256 of a file whose content is what the hub lists; `null` when it is not. */
export async function sha256IfIntact(path: string, { size, digest }: RemoteFile): Promise<string | null> {
  if ((await sizeOf(path)) !== size) return null;
  const sha256 = createHash('sha256');
  // A git blob's id is the hash of a header and the content (Pro Git, "Git Internals – Git Objects").
  const blob = digest.algorithm === 'git-sha1' ? createHash('sha1').update(`blob ${size}\0`) : null;
  for await (const chunk of createReadStream(path)) {
    sha256.update(chunk as Buffer);
    blob?.update(chunk as Buffer);
  }
  const hex = sha256.digest('hex');
  return (blob?.digest('hex') ?? hex) === digest.hex ? hex : null;
}
