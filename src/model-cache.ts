import { homedir } from 'node:os';
import { isAbsolute, join } from 'node:path';

/** A model of the hub: `owner/name`. */
export interface Repository {
  readonly owner: string;
  readonly name: string;
}

/** The hub's own rule for both halves; it leaves no way out of a folder and no hidden files. */
const PART = /^[A-Za-z0-9_](?:[A-Za-z0-9_.-]{0,94}[A-Za-z0-9_])?$/;

/** `null` when `text` is no name of the hub's. */
export function parseRepository(text: string): Repository | null {
  const [owner, name, ...more] = text.split('/');
  if (owner === undefined || name === undefined || more.length > 0) return null;
  const good = [owner, name].every((part) => PART.test(part) && !part.includes('..'));
  return good ? { owner, name } : null;
}

/** Where pulled models live: `BOOTH_CACHE`, else the platform's folder for caches. */
export function modelCache(
  environment: NodeJS.ProcessEnv = process.env,
  platform: NodeJS.Platform = process.platform,
): string {
  return join(cacheHome(environment, platform), 'models');
}

/** Where `repository` lies once it was pulled. */
export function cachedFolder(cache: string, { owner, name }: Repository): string {
  return join(cache, owner, name);
}

function cacheHome(environment: NodeJS.ProcessEnv, platform: NodeJS.Platform): string {
  const { BOOTH_CACHE, LOCALAPPDATA, XDG_CACHE_HOME } = environment;
  if (BOOTH_CACHE) return BOOTH_CACHE;
  if (platform === 'darwin') return join(homedir(), 'Library', 'Caches', 'booth');
  if (platform === 'win32')
    return join(LOCALAPPDATA ?? join(homedir(), 'AppData', 'Local'), 'booth', 'cache');
  // The XDG base directory specification has relative paths ignored.
  const xdg = XDG_CACHE_HOME && isAbsolute(XDG_CACHE_HOME) ? XDG_CACHE_HOME : join(homedir(), '.cache');
  return join(xdg, 'booth');
}
