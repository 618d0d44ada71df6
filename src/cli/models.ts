import type { Command } from 'commander';
import { BoothError, messageOf } from '../errors.js';
import { type CachedModel, cachedModels, remove, verify } from '../hub/cache.js';
import { freeBytes, megabytes } from '../hub/disk.js';
import { type KnownModel, knownModels } from '../hub/known.js';
import { type ManifestOrigin, type Pulled, pull } from '../hub/pull.js';
import { pause } from '../hub/retry.js';
import { hubSettings } from '../hub/settings.js';
import { modelCache, parseRepository, type Repository } from '../model-cache.js';
import { familyNames } from '../vlm/families/registry.js';
import { bundledModels } from '../vlm/resolve-model.js';
import { EXIT } from './exit-codes.js';
import type { Terminal } from './output.js';
import { pullProgress, silentProgress } from './pull-progress.js';

interface JsonFlag {
  readonly json?: boolean;
}

interface PullFlags extends JsonFlag {
  readonly dtype: string;
  readonly revision: string;
}

/** `booth models`: what there is, and how more comes. */
export function addModels(program: Command, terminal: Terminal): void {
  const models = program
    .command('models')
    .description('list models; pull them from the Hugging Face hub, check and remove them');
  const command = (name: string, description: string) =>
    models.command(name).description(description).option('--json', 'JSON on standard output, for programs');

  command('list', 'show the models that are bundled, in the cache, and known').action((flags: JsonFlag) =>
    list(flags, terminal),
  );
  command('pull', 'get a model in ONNX form into the cache; goes on where an earlier pull stopped')
    .argument('<owner/name>', 'a repository of the hub')
    .option('--dtype <dtype>', 'variant of the weights: q4, q8, fp16, fp32, …', 'auto')
    .option('--revision <revision>', 'branch, tag or commit', 'main')
    .action((name: string, flags: PullFlags) => pullModel(name, flags, terminal));
  command('verify', 'hash the files again and compare')
    .argument('[owner/name]', 'default: every model of the cache')
    .action((name: string | undefined, flags: JsonFlag) => verifyModels(name, flags, terminal));
  command('rm', 'remove a model from the cache')
    .argument('<owner/name>', 'a model of the cache')
    .action((name: string, flags: JsonFlag) => removeModel(name, flags, terminal));
}

async function list({ json }: JsonFlag, { stdout }: Terminal): Promise<void> {
  const cache = modelCache();
  const [bundled, cached, known] = await Promise.all([bundledModels(), cachedModels(cache), knownModels()]);
  if (json) stdout.write(`${JSON.stringify({ cache, bundled, cached, known })}\n`);
  else stdout.write(`${listing(cache, bundled, cached, known)}\n`);
}

function listing(
  cache: string,
  bundled: readonly string[],
  cached: readonly CachedModel[],
  known: readonly KnownModel[],
): string {
  const pulled = new Set(cached.map(({ repository }) => repository));
  const others = known.filter(({ repository }) => !pulled.has(repository));
  return [
    'Bundled',
    ...rows(bundled.map((name) => [name, ''])),
    `In the cache (${cache})`,
    ...rows(
      cached.map(({ repository, dtypes, revision, bytes }) => [
        repository,
        revision === null
          ? 'not pulled by Booth'
          : `${dtypes.join(', ')} · ${revision} · ${megabytes(bytes)}`,
      ]),
    ),
    'Known: get one with `booth models pull`',
    ...rows(
      others.map((model) => [
        model.repository,
        `${model.family} · ${model.parameters}${sizeOf(model)} · ${model.licence} · ${standing(model)}`,
      ]),
    ),
  ].join('\n');
}

/** Of the first variant whose size is known. */
function sizeOf({ megabytes: known = {} }: KnownModel): string {
  const [dtype, size] = Object.entries(known)[0] ?? [];
  return dtype === undefined || size === undefined ? '' : ` · ${dtype} ${megabytes(size * 1e6)}`;
}

function standing({ family, ran }: KnownModel): string {
  if (!familyNames().includes(family)) return 'of a family that Booth cannot run yet';
  return ran ? 'was run with Booth' : 'not yet run with Booth';
}

function rows(pairs: readonly (readonly [string, string])[]): string[] {
  const width = Math.max(...pairs.map(([name]) => name.length));
  const lines = pairs.map(([name, detail]) => `  ${name.padEnd(width)}  ${detail}`.trimEnd());
  return lines.length === 0 ? ['  none'] : lines;
}

async function pullModel(
  name: string,
  flags: PullFlags,
  { stdout, stderr, signal }: Terminal,
): Promise<void> {
  const progress = flags.json ? silentProgress() : pullProgress(stderr);
  try {
    const pulled = await pull(
      { repository: repositoryOf(name), revision: flags.revision, dtype: flags.dtype },
      {
        cache: modelCache(),
        settings: hubSettings(process.env),
        known: await knownModels(),
        freeBytes,
        progress,
        pause,
        signal,
      },
    );
    progress.stop();
    stdout.write(flags.json ? `${JSON.stringify(pulled)}\n` : `${told(pulled)}\n`);
  } catch (thrown) {
    progress.stop();
    if (!signal.aborted) throw thrown;
    stderr.write(`booth: Stopped. What came is kept: the next pull of ${name} goes on from there.\n`);
    process.exitCode = EXIT.interrupted;
  }
}

const MANIFESTS: Record<ManifestOrigin, string> = {
  repository: 'Its booth.json is the one of the repository.',
  user: 'Its booth.json is yours and was kept.',
  known: "Its booth.json was written from Booth's own manifest of this model.",
  missing:
    'It has no booth.json and needs none: it is prompted afresh for each look (docs/models.md, hub folders).',
};

function told({ repository, folder, dtypes, manifest }: Pulled): string {
  return [
    `${repository} (${dtypes.join(', ')}) is whole, in ${folder}`,
    MANIFESTS[manifest],
    `Use it with --model ${repository}`,
  ].join('\n');
}

/** Checks every model that is asked for, also behind a damaged one. Raises the first fault, and tells the others. */
async function verifyModels(
  name: string | undefined,
  { json }: JsonFlag,
  { stdout, stderr }: Terminal,
): Promise<void> {
  const cache = modelCache();
  if (name !== undefined) await refuseBundled(name, 'comes with Booth: `booth doctor` tries it');
  const names = name === undefined ? (await cachedModels(cache)).map(({ repository }) => repository) : [name];
  const faults: unknown[] = [];
  for (const each of names) {
    try {
      const files = await verify(cache, repositoryOf(each));
      const text = `${each}: ${files} files are as they were pulled`;
      stdout.write(`${json ? JSON.stringify({ repository: each, files }) : text}\n`);
    } catch (thrown) {
      faults.push(thrown);
    }
  }
  if (names.length === 0 && !json) stdout.write(`There are no models in ${cache}\n`);
  for (const fault of faults.slice(1)) stderr.write(`booth: ${messageOf(fault)}\n`);
  if (faults.length > 0) throw faults[0];
}

async function removeModel(name: string, { json }: JsonFlag, { stdout }: Terminal): Promise<void> {
  await refuseBundled(name, 'comes with Booth and is not removed');
  await remove(modelCache(), repositoryOf(name));
  stdout.write(json ? `${JSON.stringify({ removed: name })}\n` : `Removed ${name}\n`);
}

async function refuseBundled(name: string, fault: string): Promise<void> {
  if ((await bundledModels()).includes(name)) throw new BoothError('CONFIG_INVALID', `${name} ${fault}.`);
}

function repositoryOf(name: string): Repository {
  const repository = parseRepository(name);
  if (repository !== null) return repository;
  throw new BoothError(
    'CONFIG_INVALID',
    `A model of the hub is named owner/name, received ${JSON.stringify(name.slice(0, 120))}.`,
  );
}
