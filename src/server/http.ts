import type { IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { FastifyInstance } from 'fastify';
import { interval, type Observable } from 'rxjs';
import type { ServerConfig } from '../config.js';
import { BoothError, isSystemError, messageOf } from '../errors.js';
import { Board } from './board.js';
import { hostAllowed, listensOf, originAllowed } from './guard.js';
import { Programme, type ProgrammeOptions } from './programme.js';
import { appOfMany, appOfOne } from './routes.js';
import { type Sockets, serveSockets } from './ws.js';

export interface ServerOptions extends ProgrammeOptions {
  /** Emits whenever subscribers are to be pinged; every `config.pingMs` by default. */
  readonly pings?: Observable<unknown>;
}

/** A programme that is served. */
export interface BoothServer {
  /** Where the page is, without the last slash: `http://127.0.0.1:8790`. */
  readonly url: string;
  readonly port: number;
  /** Clients of the feed. */
  subscribers(): number;
  /** Closes every socket with 1001 and stops listening. Safe to call again. */
  close(): Promise<void>;
}

/** Serves one run under `/`: the page, the feed and the files. Raises CANNOT_LISTEN. */
export async function startServer(options: ServerOptions): Promise<BoothServer> {
  const { config, pings } = options;
  const programme = new Programme(options, { base: '', board: null });
  const listening = await listen(await appOfOne(config, programme), config, pings);
  attach(listening.sockets, '', programme);
  programme.listen(options);
  return {
    url: listening.url,
    port: listening.port,
    subscribers: () => programme.feed.size,
    close: () => {
      programme.close();
      return listening.close();
    },
  };
}

/** Several runs on one port: each under its name, and their list under `/`. */
export interface ChannelServer {
  readonly url: string;
  readonly port: number;
  /** Puts a run on the air. Its page and files stay after it was closed, until the server is. Raises a TypeError for a name that is not its own. */
  open(name: string, options: ProgrammeOptions): BoothServer;
  /** The list says that it is not on the air because of an error of this code. */
  fail(name: string, code: string): void;
  /** Closes every socket with 1001 and stops listening. Safe to call again. */
  close(): Promise<void>;
}

/** Listens for the runs of these names, none of which is on the air yet. Raises CANNOT_LISTEN. */
export async function startChannelServer(
  config: ServerConfig,
  names: readonly string[],
): Promise<ChannelServer> {
  const board = new Board(names);
  const { url, port, sockets, close } = await listen(await appOfMany(config, board), config);
  return {
    url,
    port,
    open(name, options) {
      const programme = new Programme(options, { base: `/${name}`, board: '/' });
      board.put(name, programme);
      attach(sockets, `/${name}`, programme);
      programme.listen(options);
      return {
        url: `${url}/${name}`,
        port,
        subscribers: () => programme.feed.size,
        close: async () => programme.close(),
      };
    },
    fail: (name, code) => board.fail(name, code),
    close,
  };
}

function attach(sockets: Sockets, base: string, { endpoints, refusals }: Programme): void {
  for (const [path, endpoint] of endpoints) sockets.attach(`${base}${path}`, endpoint, refusals);
}

interface Listening extends Pick<BoothServer, 'url' | 'port' | 'close'> {
  readonly sockets: Sockets;
}

async function listen(
  app: FastifyInstance,
  config: ServerConfig,
  pings: Observable<unknown> = interval(config.pingMs),
): Promise<Listening> {
  const port = await portOf(app, config);
  const listens = listensOf(app.server, config);
  const sockets = serveSockets({
    server: app.server,
    maxSubscribers: config.maxSubscribers,
    maxPayloadBytes: config.maxPayloadBytes,
    pings,
    allows: ({ headers }: IncomingMessage) =>
      hostAllowed(listens, headers) && originAllowed(listens, headers),
  });
  let closing: Promise<void> | undefined;
  const close = () => {
    closing ??= sockets.close().then(() => app.close());
    return closing;
  };
  return { url: `http://${hostInUrl(config.host)}:${port}`, port, sockets, close };
}

async function portOf(app: FastifyInstance, { host, port }: ServerConfig): Promise<number> {
  try {
    await app.listen({ host, port });
  } catch (cause) {
    await app.close();
    throw new BoothError('CANNOT_LISTEN', `Cannot listen on ${host}:${port}: ${whyNot(cause)}.`, { cause });
  }
  return (app.server.address() as AddressInfo).port;
}

function whyNot(cause: unknown): string {
  const otherPort = 'use --port 0 for any free port, or another port';
  if (isSystemError(cause, 'EADDRINUSE')) return `the port is in use; ${otherPort}`;
  if (isSystemError(cause, 'EACCES')) return `this user may not use that port; ${otherPort}`;
  return `${messageOf(cause)}; give an address of this machine, such as --host 127.0.0.1`;
}

/** A wildcard address is nowhere to go: the page is on this machine as well. */
function hostInUrl(host: string): string {
  if (host === '0.0.0.0' || host === '::') return 'localhost';
  return host.includes(':') ? `[${host}]` : host;
}
