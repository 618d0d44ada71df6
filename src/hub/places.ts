import { join } from 'node:path';
import { cachedFolder, type Repository } from '../model-cache.js';

/** Everything that belongs to one model in the cache. A name on the hub begins with no dot, so none is another model. */
export interface Places {
  /** The whole model; it appears in one step. */
  readonly folder: string;
  /** Files on their way. */
  readonly partial: string;
  /** The folder that a new one is just replacing; until that is done, the model. */
  readonly old: string;
  /** The folder that is being removed. */
  readonly gone: string;
  readonly lock: string;
}

export function placesOf(cache: string, repository: Repository): Places {
  const folder = cachedFolder(cache, repository);
  const beside = (end: string) => join(cache, repository.owner, `.${repository.name}.${end}`);
  return {
    folder,
    partial: beside('partial'),
    old: beside('old'),
    gone: beside('gone'),
    lock: beside('lock'),
  };
}
