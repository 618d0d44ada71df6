import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { download } from '../../src/hub/download.js';
import { hubSettings } from '../../src/hub/settings.js';
import type { RemoteFile } from '../../src/hub/tree.js';
import { cutAfter, etagOf, type HubServer, hubServer, sha256, status, weights } from './hub-server.js';
import { type NoTime, noTime, reached } from './patience.js';

const PATH = 'onnx/decoder_model_merged_q4.onnx';
const CONTENT = weights(300_000, 7);
const FILE: RemoteFile = {
  path: PATH,
  size: CONTENT.length,
  digest: { algorithm: 'sha256', hex: sha256(CONTENT) },
};

let server: HubServer;
let other: HubServer;
let folder: string;
let time: NoTime;

beforeEach(async () => {
  server = await hubServer({ [PATH]: CONTENT });
  other = await hubServer({ [PATH]: CONTENT });
  folder = await mkdtemp(join(tmpdir(), 'booth-download-'));
  time = noTime();
});

afterEach(async () => {
  await Promise.all([server.close(), other.close()]);
  await rm(folder, { recursive: true, force: true });
});

interface Options {
  readonly onBytes?: (bytes: number) => void;
  readonly signal?: AbortSignal;
  readonly file?: RemoteFile;
  readonly token?: string;
}

function get({
  onBytes = () => {},
  signal = new AbortController().signal,
  file = FILE,
  token,
}: Options = {}) {
  const settings = hubSettings({ HF_ENDPOINT: server.url, ...(token && { HF_TOKEN: token }) });
  const url = new URL(`${server.url}/owner/name/resolve/main/${PATH}`);
  return download(url, file, join(folder, 'file'), settings, { pause: time.pause, signal }, onBytes);
}

const whole = async () => sha256(await readFile(join(folder, 'file')));

describe('download', () => {
  it('gets a file whole, gives its sha256 and leaves nothing else', async () => {
    expect(await get()).toBe(FILE.digest.hex);
    expect(await whole()).toBe(FILE.digest.hex);
    expect(await readdir(folder)).toEqual(['file']);
  });

  it('gets an empty file without asking', async () => {
    const digest = { algorithm: 'git-sha1', hex: 'e69de29bb2d1d6434b8b29ae775ad8c2e48c5391' } as const;
    await get({ file: { path: 'empty', size: 0, digest } });
    expect(await whole()).toBe(sha256(Buffer.alloc(0)));
    expect(server.asked).toEqual([]);
  });

  it('goes on where the connection broke: no byte is asked for twice', async () => {
    const { done, tell } = reached(120_000);
    server.misbehave(PATH, cutAfter(120_000, done));
    await get({ onBytes: tell });
    expect(await whole()).toBe(FILE.digest.hex);
    expect(server.asked.map(({ range }) => range)).toEqual([undefined, 'bytes=120000-']);
    expect(server.asked[1]?.ifRange).toBe(etagOf(CONTENT));
    expect(server.sent).toBe(180_000);
    expect(time.taken).toEqual([500]);
  });

  it('goes on where an earlier call was stopped', async () => {
    const { done, tell } = reached(90_000);
    server.misbehave(PATH, cutAfter(90_000, new Promise(() => {})));
    const stop = new AbortController();
    const stopped = get({ onBytes: tell, signal: stop.signal });
    await done;
    stop.abort(new Error('stopped by the user'));
    await expect(stopped).rejects.toThrow('stopped by the user');
    expect(await readdir(folder)).toEqual(['file.part', 'file.part.json']);

    await get();
    expect(await whole()).toBe(FILE.digest.hex);
    expect(server.asked[1]?.range).toBe('bytes=90000-');
    expect(server.sent).toBe(210_000);
  });

  it('begins anew when what came is of another content', async () => {
    await writeFile(join(folder, 'file.part'), CONTENT.subarray(0, 1_000));
    await writeFile(join(folder, 'file.part.json'), JSON.stringify({ digest: 'f'.repeat(64), etag: null }));
    await get();
    expect(server.asked[0]?.range).toBeUndefined();
    expect(await whole()).toBe(FILE.digest.hex);
  });

  it('begins anew when the ETag changes mid-way', async () => {
    const { done, tell } = reached(50_000);
    server.misbehave(PATH, async (_request, response) => {
      response.writeHead(200, { etag: '"of-before"', 'content-length': CONTENT.length });
      response.write(weights(50_000, 99));
      await done;
      response.socket?.destroy();
    });
    await get({ onBytes: tell });
    expect(server.asked[1]).toMatchObject({ range: 'bytes=50000-', ifRange: '"of-before"' });
    expect(await whole()).toBe(FILE.digest.hex);
  });

  it('begins anew when a range of another version comes', async () => {
    const { done, tell } = reached(50_000);
    server.misbehave(PATH, cutAfter(50_000, done), (_request, response, content) => {
      response.writeHead(206, {
        etag: '"new"',
        'content-range': `bytes 50000-${content.length - 1}/${content.length}`,
      });
      response.end(weights(content.length - 50_000, 3));
    });
    await get({ onBytes: tell });
    expect(server.asked.map(({ range }) => range)).toEqual([undefined, 'bytes=50000-', undefined]);
    expect(await whole()).toBe(FILE.digest.hex);
  });

  it('copes with a server that ignores Range', async () => {
    const { done, tell } = reached(50_000);
    server.misbehave(PATH, cutAfter(50_000, done), (_request, response, content) => {
      response.writeHead(200, { 'content-length': content.length }).end(content);
    });
    await get({ onBytes: tell });
    expect(await whole()).toBe(FILE.digest.hex);
  });

  it.each([
    ['another start', 206, 'bytes 49999-299999/300000'],
    ['another length', 206, 'bytes 50000-399999/400000'],
    ['a range that cannot be met', 416, 'bytes */300000'],
  ])('begins anew after an answer with %s', async (_name, code, range) => {
    const { done, tell } = reached(50_000);
    server.misbehave(PATH, cutAfter(50_000, done), status(code, { 'content-range': range }));
    await get({ onBytes: tell });
    expect(server.asked[2]?.range).toBeUndefined();
    expect(await whole()).toBe(FILE.digest.hex);
  });

  it.each([10, 299_999, 300_001, 10_000_000])(
    'does not believe an announced length of %i',
    async (length) => {
      server.misbehave(PATH, (_request, response, content) => {
        response.writeHead(200, { 'content-length': length }).end(content.subarray(0, 10));
      });
      await get();
      expect(await whole()).toBe(FILE.digest.hex);
      expect(time.taken).toEqual([500]);
    },
  );

  it('takes no byte more than is listed', async () => {
    const endless = () =>
      server.misbehave(PATH, (_request, response, content) => {
        response.writeHead(200);
        const more = () => {
          if (response.write(content)) setImmediate(more);
          else response.once('drain', more);
        };
        response.on('close', () => response.removeAllListeners('drain'));
        more();
      });
    endless();
    let most = 0;
    await get({
      onBytes: (bytes) => {
        most = Math.max(most, bytes);
      },
    });
    expect(most).toBe(CONTENT.length);
    expect(await whole()).toBe(FILE.digest.hex);
  });

  it('goes on after a body that ended early without a word', async () => {
    server.misbehave(PATH, (_request, response, content) => {
      response.writeHead(200, { etag: etagOf(content) }).end(content.subarray(0, 1_234));
    });
    await get();
    expect(server.asked[1]?.range).toBe('bytes=1234-');
    expect(await whole()).toBe(FILE.digest.hex);
  });

  it('gets a file again whose checksum is wrong, once', async () => {
    server.misbehave(PATH, (_request, response, content) => void response.end(weights(content.length, 1)));
    await get();
    expect(await whole()).toBe(FILE.digest.hex);
  });

  it('refuses a file whose checksum stays wrong, and keeps nothing of it', async () => {
    server.files.set(PATH, weights(CONTENT.length, 1));
    await expect(get()).rejects.toMatchObject({ code: 'MODEL_DOWNLOAD_FAILED' });
    expect(await readdir(folder)).toEqual([]);
    expect(server.asked).toHaveLength(2);
  });

  it('goes on after a server that went silent', async () => {
    const { done, tell } = reached(70_000);
    server.misbehave(PATH, cutAfter(70_000, new Promise(() => {})));
    const gotten = get({ onBytes: tell });
    await done;
    time.stall();
    await gotten;
    expect(server.asked[1]?.range).toBe('bytes=70000-');
    expect(await whole()).toBe(FILE.digest.hex);
  });
});

describe('a server in trouble', () => {
  it('is asked again, with longer pauses each time', async () => {
    server.misbehave(PATH, ...[500, 502, 503, 504, 408].map((code) => status(code)));
    await get();
    expect(time.taken).toEqual([500, 1_000, 2_000, 4_000, 8_000]);
    expect(await whole()).toBe(FILE.digest.hex);
  });

  it('is given up after six failures without a new byte', async () => {
    server.misbehave(PATH, ...Array.from({ length: 6 }, () => status(500)));
    await expect(get()).rejects.toThrow(/500, 6 times in a row/);
    expect(server.asked).toHaveLength(6);
  });

  it('is given up when it breaks off at the same byte each time', async () => {
    const cut = cutAfter(5_000, Promise.resolve());
    server.misbehave(PATH, ...Array.from({ length: 20 }, () => cut));
    await expect(get()).rejects.toMatchObject({ code: 'MODEL_DOWNLOAD_FAILED' });
    expect(server.asked.length).toBeLessThan(20);
  });

  it('may fail any number of times as long as bytes come', async () => {
    const steps = Array.from({ length: 12 }, (_, i) => reached((i + 1) * 20_000));
    for (const { done } of steps) {
      server.misbehave(PATH, async (request, response, content) => {
        const start = Number(/\d+/.exec(request.headers.range ?? '0')?.[0]);
        const range = `bytes ${start}-${content.length - 1}/${content.length}`;
        response.writeHead(start === 0 ? 200 : 206, { etag: etagOf(content), 'content-range': range });
        response.write(content.subarray(start, start + 20_000));
        await done;
        response.socket?.destroy();
      });
    }
    await get({
      onBytes: (bytes) => {
        for (const step of steps) step.tell(bytes);
      },
    });
    expect(await whole()).toBe(FILE.digest.hex);
    expect(new Set(time.taken)).toEqual(new Set([500]));
  });

  it.each([
    ['7', 7_000],
    ['86400', 120_000],
    [new Date(0).toUTCString(), 0],
    ['soon', 500],
  ])('is given the time that it asks for: Retry-After %s', async (text, ms) => {
    server.misbehave(PATH, status(429, { 'retry-after': text }));
    await get();
    expect(time.taken).toEqual([ms]);
  });

  it('that is not there is told of', async () => {
    await server.close();
    await expect(get()).rejects.toThrow(/ECONNREFUSED/);
    expect(time.taken).toHaveLength(5);
  });

  it.each([
    [401, 'HF_TOKEN'],
    [403, 'HF_TOKEN'],
    [404, '--revision'],
    [400, '400'],
  ])('is believed when it answers %i', async (code, advice) => {
    server.misbehave(PATH, status(code));
    await expect(get({ token: 'hf_secret' })).rejects.toThrow(advice);
    expect(server.asked).toHaveLength(1);
  });
});

describe('redirects', () => {
  const token = 'hf_secret';

  it('carry the token within the origin', async () => {
    server.files.set('elsewhere', CONTENT);
    server.misbehave(PATH, status(307, { location: '/x/resolve/main/elsewhere' }));
    await get({ token });
    expect(server.asked.map(({ authorization }) => authorization)).toEqual([
      'Bearer hf_secret',
      'Bearer hf_secret',
    ]);
  });

  it('do not carry the token to another origin', async () => {
    server.misbehave(PATH, status(302, { location: `${other.url}/x/resolve/main/${PATH}?X-Signature=s` }));
    await get({ token });
    expect(server.asked[0]?.authorization).toBe('Bearer hf_secret');
    expect(other.asked[0]?.authorization).toBeUndefined();
    expect(await whole()).toBe(FILE.digest.hex);
  });

  it('carry the range', async () => {
    const { done, tell } = reached(60_000);
    const there = status(302, { location: `${other.url}/x/resolve/main/${PATH}` });
    server.misbehave(PATH, there, there);
    other.misbehave(PATH, cutAfter(60_000, done));
    await get({ onBytes: tell });
    expect(other.asked.map(({ range }) => range)).toEqual([undefined, 'bytes=60000-']);
    expect(other.sent).toBe(240_000);
  });

  it.each([
    ['http://models.example/x', 'not https'],
    ['file:///etc/passwd', 'not https'],
    ['ftp://models.example/x', 'not https'],
    ['http://[', 'nowhere'],
  ])('to %s are not followed', async (location, fault) => {
    server.misbehave(PATH, status(302, { location }));
    await expect(get()).rejects.toThrow(fault);
  });

  it('in a circle end', async () => {
    const round = status(302, { location: `/x/resolve/main/${PATH}?secret=1` });
    server.misbehave(PATH, ...Array.from({ length: 20 }, () => round));
    const failure = await get({ token }).catch((thrown: unknown) => thrown);
    expect(String(failure)).toContain('redirects');
    expect(String(failure)).not.toContain('secret');
  });
});
