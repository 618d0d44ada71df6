import { z } from 'zod';
import type { Repository } from '../model-cache.js';
import { chunksOf, failed, get, shown } from './http.js';
import { safePath } from './paths.js';
import { type Patience, retrying } from './retry.js';
import { type HubSettings, LIMITS } from './settings.js';

/** A file of a repository, as the hub lists it. */
export interface RemoteFile {
  readonly path: string;
  readonly size: number;
  /** sha256 of the content for large files (LFS), the id of the git blob for the others. */
  readonly digest: { readonly algorithm: 'sha256' | 'git-sha1'; readonly hex: string };
}

const entry = z.object({
  type: z.string(),
  path: z.string(),
  oid: z.string().optional(),
  size: z.number().int().min(0).optional(),
  lfs: z.object({ oid: z.string().regex(/^[0-9a-f]{64}$/), size: z.number().int().min(0) }).nullish(),
});

/**
 * All files of a repository: `GET /api/models/{owner}/{name}/tree/{revision}?recursive=true`, page by page (the hub's
 * HTTP API). Raises MODEL_DOWNLOAD_FAILED, also when one of the paths is not safe.
 */
export async function listFiles(
  { owner, name }: Repository,
  revision: string,
  settings: HubSettings,
  patience: Patience,
): Promise<RemoteFile[]> {
  const address = `api/models/${owner}/${name}/tree/${encodeURIComponent(revision)}?recursive=true`;
  const files = new Map<string, RemoteFile>();
  let next: URL | null = hubUrl(settings, address);
  for (let page = 0; next !== null; page++) {
    if (page >= LIMITS.pages) throw failed(`${shown(next)} has more than ${LIMITS.pages} pages`);
    const url: URL = next;
    const { text, link } = await retrying(
      `The list of files of ${owner}/${name}`,
      () => readPage(url, settings, patience),
      patience,
    );
    for (const file of parsePage(url, text)) {
      if (files.has(file.path)) throw failed(`${shown(url)} lists ${file.path} twice`);
      files.set(file.path, file);
    }
    if (files.size > LIMITS.files) throw failed(`${owner}/${name} has more than ${LIMITS.files} files`);
    next = nextPage(url, link);
  }
  return [...files.values()];
}

/** Below the endpoint, which may have a path of its own. */
export function hubUrl({ endpoint }: HubSettings, address: string): URL {
  return new URL(`${endpoint.href.replace(/\/+$/, '')}/${address}`);
}

async function readPage(url: URL, settings: HubSettings, patience: Patience) {
  const response = await get(url, { accept: 'application/json' }, settings, patience);
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of chunksOf(response, patience)) {
    bytes += chunk.length;
    if (bytes > LIMITS.pageBytes) throw failed(`${shown(url)} sends more than ${LIMITS.pageBytes} bytes`);
    chunks.push(chunk);
  }
  return { text: Buffer.concat(chunks).toString('utf8'), link: response.headers.get('link') };
}

function parsePage(url: URL, text: string): RemoteFile[] {
  const result = z.array(entry).safeParse(jsonOr(text, null));
  if (!result.success) throw failed(`${shown(url)} is not a list of files`);
  return result.data.flatMap(({ type, path, oid, size, lfs }): RemoteFile[] => {
    safePath(path);
    if (type !== 'file') return [];
    if (lfs) return [{ path, size: lfs.size, digest: { algorithm: 'sha256', hex: lfs.oid } }];
    if (size === undefined || oid === undefined || !/^[0-9a-f]{40}$/.test(oid))
      throw failed(`${shown(url)} tells neither the size nor the checksum of ${path}`);
    return [{ path, size, digest: { algorithm: 'git-sha1', hex: oid } }];
  });
}

/** `Link: <…>; rel="next"` (RFC 8288). */
function nextPage(from: URL, link: string | null): URL | null {
  const target = /<([^>]*)>\s*;[^,]*\brel="?next"?/.exec(link ?? '')?.[1];
  if (target === undefined) return null;
  const next = URL.canParse(target, from.href) ? new URL(target, from) : null;
  if (next?.origin !== from.origin) throw failed(`${shown(from)} continues on another server`);
  return next;
}

function jsonOr(text: string, otherwise: unknown): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return otherwise;
  }
}
