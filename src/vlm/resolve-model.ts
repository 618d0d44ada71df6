import { readdir, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { BoothError } from '../errors.js';
import { cachedFolder, modelCache, parseRepository } from '../model-cache.js';

/** Bundled models: `models/<name>/hub` of the package, which is two folders above this file, built or not. */
const MODELS = fileURLToPath(new URL('../../models/', import.meta.url));

/** `--model openai:<model>`: one behind an endpoint, which has no folder. */
export const ENDPOINT = 'openai:';

/**
 * `--model` → a folder: a bundled model's name, a path, or the hub's `owner/name` once it was pulled.
 * Raises MODEL_NOT_FOUND, saying what there is.
 */
export async function resolveModel(model: string): Promise<string> {
  const bundled = await bundledModels();
  if (bundled.includes(model)) return join(MODELS, model, 'hub');
  const path = resolve(model);
  if (await isFolder(path)) return path;
  const choice = `Bundled: ${bundled.join(', ') || 'none'}`;
  const repository = parseRepository(model);
  if (repository === null)
    throw new BoothError(
      'MODEL_NOT_FOUND',
      `There is no model "${model}": it is neither bundled nor a folder. ${choice}; or give the path of a folder.`,
    );
  const cached = cachedFolder(modelCache(), repository);
  if (await isFile(join(cached, 'config.json'))) return cached;
  throw new BoothError(
    'MODEL_NOT_FOUND',
    `There is no folder ${path}, and no pulled model ${model}. If it is a model of the Hugging Face hub, get it first: \`booth models pull ${model}\`. ${choice}.`,
  );
}

/** Names of the models that come with Booth, those whose files are there. */
export async function bundledModels(): Promise<string[]> {
  const entries = await readdir(MODELS, { withFileTypes: true }).catch(() => []);
  const names = entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
  const complete = await Promise.all(names.map((name) => isFile(join(MODELS, name, 'hub', 'config.json'))));
  return names.filter((_, i) => complete[i]).sort();
}

async function isFolder(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined))?.isDirectory() ?? false;
}

async function isFile(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined))?.isFile() ?? false;
}
