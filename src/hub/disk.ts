import { statfs } from 'node:fs/promises';
import { BoothError, isSystemError, messageOf } from '../errors.js';
import { makeFolder } from '../make-folder.js';

/** Bytes that may still be written where `path` lies. */
export type FreeBytes = (path: string) => Promise<number>;

export const freeBytes: FreeBytes = async (path) => {
  const { bavail, bsize } = await statfs(path);
  return bavail * bsize;
};

/** Raises MODEL_UNWRITABLE when `bytes` do not fit. */
export async function checkRoom(folder: string, bytes: number, free: FreeBytes): Promise<void> {
  makeFolder(folder);
  const room = await free(folder);
  if (bytes > room)
    throw unwritable(
      folder,
      `${megabytes(bytes)} are still to come, but there is room for ${megabytes(room)}`,
    );
}

/** Runs `work`; what the file system refuses becomes MODEL_UNWRITABLE. */
export async function writingTo<Value>(folder: string, work: () => Promise<Value>): Promise<Value> {
  try {
    return await work();
  } catch (thrown) {
    if (isSystemError(thrown, 'ENOSPC') || isSystemError(thrown, 'EDQUOT'))
      throw unwritable(folder, 'the disk is full', thrown);
    if (
      ['EACCES', 'EPERM', 'EROFS', 'ENOTDIR', 'ENOENT', 'EEXIST', 'EFBIG', 'EIO'].some((code) =>
        isSystemError(thrown, code),
      )
    )
      throw unwritable(folder, messageOf(thrown), thrown);
    throw thrown;
  }
}

/** `268 MB`, `2.4 GB` */
export function megabytes(bytes: number): string {
  return bytes >= 1e9 ? `${(bytes / 1e9).toFixed(1)} GB` : `${Math.ceil(bytes / 1e6)} MB`;
}

function unwritable(folder: string, fault: string, cause?: unknown): BoothError {
  return new BoothError(
    'MODEL_UNWRITABLE',
    `The cache of models ${folder} cannot be written: ${fault}. Make room or set BOOTH_CACHE to another folder; what came is kept.`,
    { cause },
  );
}
