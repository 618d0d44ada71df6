import { existsSync, mkdirSync, statSync } from 'node:fs';
import { dirname } from 'node:path';

/**
 * Makes a folder and those above it, where they are missing; raises the system's error. Node's own way tries for ever
 * where a folder cannot be made in one that exists and the reason is "no such file": in `/proc`, and below automounters.
 */
export function makeFolder(path: string): void {
  const isThere = () => statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
  if (isThere()) return;
  const above = dirname(path);
  if (!existsSync(above)) makeFolder(above);
  try {
    mkdirSync(path);
  } catch (thrown) {
    // Another process may have been quicker.
    if (!isThere()) throw thrown;
  }
}
