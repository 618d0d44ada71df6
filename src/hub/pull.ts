import { copyFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { BoothError } from '../errors.js';
import type { Repository } from '../model-cache.js';
import type { Dtype } from '../onnx/names.js';
import { sha256IfIntact, sizeOf } from './digest.js';
import { checkRoom, type FreeBytes, writingTo } from './disk.js';
import { download } from './download.js';
import type { KnownModel } from './known.js';
import { chooseDtype, filesOf, wholeDtypes } from './layout.js';
import { withLock } from './lock.js';
import { type Places, placesOf } from './places.js';
import { type PullRecord, RECORD, readRecord, writeRecord } from './record.js';
import type { Patience } from './retry.js';
import type { HubSettings } from './settings.js';
import { adopt, openStaging, publish } from './staging.js';
import { hubUrl, listFiles, type RemoteFile } from './tree.js';

export interface PullRequest {
  readonly repository: Repository;
  /** A branch, a tag or a commit. */
  readonly revision: string;
  /** One of `DTYPES`, or `auto`. */
  readonly dtype: string;
}

export interface PullContext extends Patience {
  readonly cache: string;
  readonly settings: HubSettings;
  readonly known: readonly KnownModel[];
  readonly freeBytes: FreeBytes;
  readonly progress: PullProgress;
}

export interface PullProgress {
  /** What the model consists of is known. */
  listed(dtypes: readonly string[], files: number, bytes: number): void;
  /** So many bytes of the model are here; may go back when a file has to be begun anew. */
  at(bytes: number): void;
}

/** Where the model's `booth.json` comes from. */
export type ManifestOrigin = 'repository' | 'user' | 'known' | 'missing';

export interface Pulled {
  readonly folder: string;
  readonly repository: string;
  readonly revision: string;
  readonly dtypes: readonly string[];
  readonly files: number;
  readonly bytes: number;
  readonly manifest: ManifestOrigin;
}

/**
 * Brings a model of the hub into the cache: whole and checked, or not at all. A pull that was interrupted goes on where
 * it stopped; another variant joins those that are there. Raises MODEL_DOWNLOAD_FAILED, MODEL_UNWRITABLE, MODEL_BUSY,
 * and the signal's reason.
 */
export async function pull(request: PullRequest, context: PullContext): Promise<Pulled> {
  checkRevision(request.revision);
  const places = placesOf(context.cache, request.repository);
  return writingTo(context.cache, () => withLock(places.lock, () => pullAlone(request, context, places)));
}

async function pullAlone(request: PullRequest, context: PullContext, places: Places): Promise<Pulled> {
  const { repository, revision } = request;
  const name = `${repository.owner}/${repository.name}`;
  const known = context.known.find((model) => model.repository === name);
  const listed = await listFiles(repository, revision, context.settings, context);
  await openStaging(places);
  const before = await readRecord(places.folder);
  const dtypes = dtypesOf(request, listed, known, before);
  const files = filesOf(dtypes, listed);
  context.progress.listed(dtypes, files.length, total(files));

  const checksums = await bringAll(request, files, context, places);
  const record: PullRecord = {
    format: 1,
    repository: name,
    endpoint: context.settings.endpoint.href,
    revision,
    dtypes,
    files: files.map(({ path, size, digest }, i) => ({
      path,
      size,
      sha256: checksums[i] ?? '',
      listed: digest.hex,
    })),
  };
  const manifest = await giveManifest(files, known, places);
  await writeRecord(places.partial, record);
  const owned = manifest === 'missing' ? [RECORD] : [RECORD, 'booth.json'];
  await publish(places, new Set([...files.map(({ path }) => path), ...owned]));
  return {
    folder: places.folder,
    repository: name,
    revision,
    dtypes,
    files: files.length,
    bytes: total(files),
    manifest,
  };
}

/** The variant that is asked for, and those that are here already. */
function dtypesOf(
  request: PullRequest,
  listed: readonly RemoteFile[],
  known: KnownModel | undefined,
  before: PullRecord | null,
): Dtype[] {
  const whole = wholeDtypes(listed);
  const kept = before?.dtypes.filter((dtype) => whole.includes(dtype)) ?? [];
  const auto = request.dtype === 'auto' && kept.length > 0;
  return [...new Set(auto ? kept : [chooseDtype(request.dtype, listed, known?.dtypes), ...kept])];
}

/** Gives the sha256 of each file, once all are staged. */
async function bringAll(
  { repository, revision }: PullRequest,
  files: readonly RemoteFile[],
  context: PullContext,
  places: Places,
): Promise<string[]> {
  const here = await Promise.all(files.map((file) => bytesHere(file, places)));
  const sum = () => here.reduce((all, bytes) => all + bytes, 0);
  await checkRoom(places.partial, total(files) - sum(), context.freeBytes);
  context.progress.at(sum());
  const checksums: string[] = [];
  for (const [i, file] of files.entries()) {
    context.signal.throwIfAborted();
    const report = (bytes: number) => {
      here[i] = bytes;
      context.progress.at(sum());
    };
    const path = file.path.split('/').map(encodeURIComponent).join('/');
    const url = hubUrl(
      context.settings,
      `${repository.owner}/${repository.name}/resolve/${encodeURIComponent(revision)}/${path}`,
    );
    const target = join(places.partial, file.path);
    checksums.push(
      (await sha256OfOwn(file, places)) ??
        (await download(url, file, target, context.settings, context, report)),
    );
    report(file.size);
  }
  return checksums;
}

/** A file that an earlier pull has brought, staged or in the model's folder, if its content is still the one listed. */
async function sha256OfOwn(file: RemoteFile, { partial, folder }: Places): Promise<string | null> {
  const staged = join(partial, file.path);
  const sha256 = await sha256IfIntact(staged, file);
  if (sha256 !== null) return sha256;
  const whole = join(folder, file.path);
  const adopted = await sha256IfIntact(whole, file);
  if (adopted !== null) await adopt(whole, staged);
  return adopted;
}

/** An estimate by sizes alone; every file is checked before it is used. */
async function bytesHere(file: RemoteFile, { partial, folder }: Places): Promise<number> {
  const sizes = await Promise.all([
    sizeOf(join(partial, file.path)),
    sizeOf(join(partial, `${file.path}.part`)),
    sizeOf(join(folder, file.path)),
  ]);
  return Math.max(0, ...sizes.filter((size) => size !== null && size <= file.size).map(Number));
}

async function giveManifest(
  files: readonly RemoteFile[],
  known: KnownModel | undefined,
  { folder, partial }: Places,
): Promise<ManifestOrigin> {
  if (files.some(({ path }) => path === 'booth.json')) return 'repository';
  const target = join(partial, 'booth.json');
  if ((await sizeOf(join(folder, 'booth.json'))) !== null) {
    await copyFile(join(folder, 'booth.json'), target);
    return 'user';
  }
  if (known?.booth === undefined) return 'missing';
  await writeFile(target, `${JSON.stringify(known.booth, null, 2)}\n`);
  return 'known';
}

function checkRevision(revision: string): void {
  if (!/^[\w./-]{1,200}$/.test(revision) || revision.startsWith('/') || revision.includes('..'))
    throw new BoothError(
      'CONFIG_INVALID',
      `--revision must be a branch, a tag or a commit, received ${JSON.stringify(revision.slice(0, 80))}.`,
    );
}

function total(files: readonly RemoteFile[]): number {
  return files.reduce((sum, { size }) => sum + size, 0);
}
