import { open, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { z } from 'zod';
import { makeFolder } from '../make-folder.js';
import { sha256IfIntact, sizeOf } from './digest.js';
import { chunksOf, failed, get } from './http.js';
import { type Patience, retrying, Transient } from './retry.js';
import type { HubSettings } from './settings.js';
import type { RemoteFile } from './tree.js';

/** Where a download stands, beside the part that has come: which content it is of. */
const tagSchema = z.object({ digest: z.string(), etag: z.string().nullable() });

/** Wrong bytes come twice only from a server whose list is not of its files. */
const WRONG_CONTENTS = 2;

/**
 * Gets `file` from `url` to `target`, which appears whole and checked or not at all; gives its sha256. What has come
 * lies in `<target>.part`, where the next call goes on. `onBytes` hears how much of the file is there.
 * Raises MODEL_DOWNLOAD_FAILED.
 */
export async function download(
  url: URL,
  file: RemoteFile,
  target: string,
  settings: HubSettings,
  patience: Patience,
  onBytes: (bytes: number) => void,
): Promise<string> {
  const part = new Part(target, file);
  makeFolder(dirname(target));
  let furthest = await part.size();
  let wrong = 0;
  return retrying(
    file.path,
    async (gotOn) => {
      if ((await part.size()) < file.size || file.size === 0) {
        await fetchRest(url, part, settings, patience, (bytes) => {
          if (bytes > furthest) gotOn();
          furthest = Math.max(furthest, bytes);
          onBytes(bytes);
        });
      }
      const sha256 = await sha256IfIntact(part.path, file);
      if (sha256 !== null) {
        await part.finish();
        return sha256;
      }
      await part.discard();
      onBytes(0);
      if (++wrong < WRONG_CONTENTS) throw new Transient('its checksum is not the one that is listed');
      throw failed(
        `${file.path} came ${WRONG_CONTENTS} times with another content than the server lists (${file.digest.algorithm} ${file.digest.hex}). The repository may have just changed: pull again; if it stays so, do not trust the server`,
      );
    },
    patience,
  );
}

/** Appends what is missing; the bytes that came stay when the connection breaks. */
async function fetchRest(
  url: URL,
  part: Part,
  settings: HubSettings,
  patience: Patience,
  onBytes: (bytes: number) => void,
): Promise<void> {
  const total = part.file.size;
  if (total === 0) return part.write(0, [], onBytes);
  const have = await part.size();
  const response = await get(url, await part.rangeHeaders(have), settings, patience);
  const start = await startOf(response, part, have);
  await checkLength(response, total - start);
  if (start === 0) await part.begin(response.headers.get('etag'));
  await part.write(start, chunksOf(response, patience), onBytes);
  const came = await part.size();
  if (came < total) throw new Transient(`the server ended after ${came} of ${total} bytes`);
}

/** Where the body begins: behind what is there, or at 0 when the server ignores Range or has another version. */
async function startOf(response: Response, part: Part, have: number): Promise<number> {
  if (response.status === 200) return 0;
  const range = /^bytes (\d+)-\d+\/(\d+|\*)$/.exec(response.headers.get('content-range') ?? '');
  const goesOn =
    response.status === 206 &&
    range?.[1] === String(have) &&
    (range[2] === '*' || range[2] === String(part.file.size)) &&
    (await part.isOf(response.headers.get('etag')));
  if (goesOn) return have;
  await response.body?.cancel();
  await part.discard();
  throw new Transient('the server answered with another range than was asked for');
}

async function checkLength(response: Response, expected: number): Promise<void> {
  const length = response.headers.get('content-length');
  if (length === null || response.headers.has('content-encoding') || Number(length) === expected) return;
  await response.body?.cancel();
  throw new Transient(`the server announced ${length} bytes where ${expected} are listed`);
}

/** A file on its way: `<target>.part`, and `<target>.part.json` that says of which content. */
class Part {
  readonly path: string;
  readonly #target: string;
  readonly #tagPath: string;

  constructor(
    target: string,
    readonly file: RemoteFile,
  ) {
    this.#target = target;
    this.path = `${target}.part`;
    this.#tagPath = `${target}.part.json`;
  }

  /** Bytes that can be built upon. */
  async size(): Promise<number> {
    const size = await sizeOf(this.path);
    if (size === null) return 0;
    if (size <= this.file.size && (await this.#tag())?.digest === this.file.digest.hex) return size;
    await this.discard();
    return 0;
  }

  async rangeHeaders(have: number): Promise<Record<string, string>> {
    if (have === 0) return {};
    const etag = (await this.#tag())?.etag ?? null;
    // If-Range takes strong validators only (RFC 9110, section 13.1.5).
    return { range: `bytes=${have}-`, ...(etag?.startsWith('"') && { 'if-range': etag }) };
  }

  async isOf(etag: string | null): Promise<boolean> {
    const known = (await this.#tag())?.etag ?? null;
    return etag === null || known === null || etag === known;
  }

  async begin(etag: string | null): Promise<void> {
    await this.discard();
    await writeFile(this.#tagPath, JSON.stringify({ digest: this.file.digest.hex, etag }), { flag: 'wx' });
  }

  async write(
    start: number,
    chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
    onBytes: (bytes: number) => void,
  ): Promise<void> {
    const handle = await open(this.path, start === 0 ? 'wx' : 'r+');
    try {
      let position = start;
      for await (const chunk of chunks) {
        if (position + chunk.length > this.file.size)
          throw new Transient(`the server sends more than the ${this.file.size} bytes that it lists`);
        for (let done = 0; done < chunk.length; ) {
          const { bytesWritten } = await handle.write(chunk, done, chunk.length - done, position);
          done += bytesWritten;
          position += bytesWritten;
        }
        onBytes(position);
      }
      await handle.sync();
    } finally {
      await handle.close();
    }
  }

  async finish(): Promise<void> {
    await rename(this.path, this.#target);
    await rm(this.#tagPath, { force: true });
  }

  async discard(): Promise<void> {
    await Promise.all([this.path, this.#tagPath].map((path) => rm(path, { force: true })));
  }

  async #tag(): Promise<z.output<typeof tagSchema> | null> {
    try {
      return tagSchema.parse(JSON.parse(await readFile(this.#tagPath, 'utf8')));
    } catch {
      return null;
    }
  }
}
