import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** One answer to a request for a file, in place of the proper one. */
export type Misbehaviour = (
  request: IncomingMessage,
  response: ServerResponse,
  content: Buffer,
) => void | Promise<void>;

export interface Asked {
  readonly path: string;
  readonly range: string | undefined;
  readonly ifRange: string | undefined;
  readonly authorization: string | undefined;
}

/** A hub on loopback: lists and serves files as the real one does, and as badly as a test asks. */
export interface HubServer {
  readonly url: string;
  /** What is listed and served, by path; a test may change it. */
  readonly files: Map<string, Buffer>;
  readonly asked: Asked[];
  /** Bodies' bytes that were handed to the network, by the properly behaving part. */
  sent: number;
  /** The next requests for `path` are answered by these, one each. */
  misbehave(path: string, ...behaviours: readonly Misbehaviour[]): void;
  /** Answers the request for the list in place of the proper one. */
  list: Misbehaviour | null;
  askedFor(path: string): readonly Asked[];
  close(): Promise<void>;
}

export async function hubServer(files: Readonly<Record<string, Buffer>> = {}): Promise<HubServer> {
  const behaviours = new Map<string, Misbehaviour[]>();
  const http = createServer((request, response) => void answer(request, response));
  await new Promise<void>((listening) => http.listen(0, '127.0.0.1', listening));
  const server: HubServer = {
    url: `http://127.0.0.1:${(http.address() as AddressInfo).port}`,
    files: new Map(Object.entries(files)),
    asked: [],
    sent: 0,
    list: null,
    misbehave: (path, ...more) => void behaviours.set(path, [...(behaviours.get(path) ?? []), ...more]),
    askedFor: (path) => server.asked.filter((asked) => asked.path === path),
    close: () =>
      new Promise((closed) => {
        http.close(() => closed());
        http.closeAllConnections();
      }),
  };

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    response.on('error', () => {});
    const { pathname } = new URL(request.url ?? '/', server.url);
    const path = decodeURIComponent(/\/resolve\/[^/]+\/(.*)$/.exec(pathname)?.[1] ?? pathname);
    const { range, authorization } = request.headers;
    const ifRange = request.headers['if-range'] as string | undefined;
    server.asked.push({ path, range, ifRange, authorization });
    const content = server.files.get(path);
    if (pathname.includes('/tree/')) return (server.list ?? listFiles)(request, response, Buffer.alloc(0));
    const misbehaviour = behaviours.get(path)?.shift();
    if (misbehaviour) return misbehaviour(request, response, content ?? Buffer.alloc(0));
    if (content === undefined) return void response.writeHead(404).end();
    serve(request, response, content);
  }

  const listFiles: Misbehaviour = (_request, response) => {
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify(listing(server.files)));
  };

  function serve(request: IncomingMessage, response: ServerResponse, content: Buffer): void {
    const etag = etagOf(content);
    const start = Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1] ?? 0);
    const partial =
      start > 0 && [undefined, etag].includes(request.headers['if-range'] as string | undefined);
    const body = partial ? content.subarray(start) : content;
    server.sent += body.length;
    response.writeHead(partial ? 206 : 200, {
      etag,
      'content-length': body.length,
      ...(partial && { 'content-range': `bytes ${start}-${content.length - 1}/${content.length}` }),
    });
    response.end(body);
  }

  return server;
}

/** What the hub's API says of the files: graphs are large files with a sha256, the others git blobs. */
export function listing(files: ReadonlyMap<string, Buffer>): object[] {
  return [...files].map(([path, content]) => {
    const blob = createHash('sha1').update(`blob ${content.length}\0`).update(content).digest('hex');
    const large = path.includes('.onnx');
    return {
      type: 'file',
      path,
      oid: blob,
      size: content.length,
      ...(large && { lfs: { oid: sha256(content), size: content.length, pointerSize: 134 } }),
    };
  });
}

export function sha256(content: Buffer): string {
  return createHash('sha256').update(content).digest('hex');
}

export function etagOf(content: Buffer): string {
  return `"${sha256(content).slice(0, 16)}"`;
}

/** Announces all, sends `bytes`, and breaks the connection once `received` says that they have arrived. */
export function cutAfter(bytes: number, received: Promise<void>): Misbehaviour {
  return async (_request, response, content) => {
    response.writeHead(200, { etag: etagOf(content), 'content-length': content.length });
    response.write(content.subarray(0, bytes));
    await received;
    response.socket?.destroy();
  };
}

export function status(code: number, headers: Record<string, string> = {}): Misbehaviour {
  return (_request, response) => void response.writeHead(code, headers).end();
}

/** Bytes that look like weights, the same for the same seed. */
export function weights(size: number, seed: number): Buffer {
  let state = seed;
  return Buffer.from(
    Uint8Array.from({ length: size }, () => {
      state = (Math.imul(state, 1_664_525) + 1_013_904_223) | 0;
      return state >>> 24;
    }),
  );
}
