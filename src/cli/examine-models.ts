import { DEFAULTS } from '../config.js';
import { messageOf } from '../errors.js';
import { cachedModels, verify } from '../hub/cache.js';
import { megabytes } from '../hub/disk.js';
import { modelCache, parseRepository } from '../model-cache.js';
import type { ModelFolder } from '../vlm/folder.js';
import { openModel } from '../vlm/open-model.js';
import { bundledModels, resolveModel } from '../vlm/resolve-model.js';
import { tryModel } from '../vlm/try-model.js';
import { weightBytes } from '../vlm/variant.js';

export interface ModelReport {
  readonly name: string;
  readonly works: boolean;
  /** What it is, or what is wrong with it. */
  readonly detail: string;
}

/** The bundled models, then those that were pulled: which of them are whole. */
export async function examineModels(): Promise<ModelReport[]> {
  return [...(await bundled()), ...(await pulled())];
}

async function bundled(): Promise<ModelReport[]> {
  const names = await bundledModels();
  return Promise.all(names.map((name) => examine(name, async () => described(await resolveModel(name)))));
}

async function pulled(): Promise<ModelReport[]> {
  const cache = modelCache();
  const models = await cachedModels(cache);
  return Promise.all(
    models.map(({ repository, folder, bytes, revision }) =>
      examine(repository, async () => {
        const parsed = parseRepository(repository);
        if (parsed !== null && revision !== null) await verify(cache, parsed, { sizesOnly: true });
        const origin = revision === null ? 'put there by hand' : `pulled, ${megabytes(bytes)}`;
        return `${await described(folder)} · ${origin}`;
      }),
    ),
  );
}

async function examine(name: string, detail: () => Promise<string>): Promise<ModelReport> {
  try {
    return { name, works: true, detail: await detail() };
  } catch (thrown) {
    return { name, works: false, detail: messageOf(thrown) };
  }
}

/** Weights of more bytes take long to load: of those the files are looked at, and no more. */
const TRIED_BYTES = 64 * 1024 * 1024;

/** What the model in the folder `path` is, once it has looked at something. */
async function described(path: string): Promise<string> {
  const { folder } = await openModel(path, { dtype: DEFAULTS.vlm.dtype, device: 'cpu' });
  const { family, languages, knowsOnly } = folder.manifest;
  const small = (await weightBytes(folder)) <= TRIED_BYTES;
  return [
    family,
    languages.join(', '),
    small ? await tried(folder) : 'too large to be tried here',
    ...(knowsOnly === undefined ? [] : [`knows only ${knowsOnly}`]),
  ].join(' · ');
}

async function tried(folder: ModelFolder): Promise<string> {
  const { device, dtype } = await tryModel(folder);
  return `answered on ${device} in ${dtype}`;
}
