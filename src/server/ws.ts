import { type IncomingMessage, type Server, STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Observable } from 'rxjs';
import { type ServerOptions, type WebSocket, WebSocketServer } from 'ws';
import { BoothError, messageOf } from '../errors.js';
import { CLOSE, type Endpoint, type Refusals, type Subscriber } from './subscriber.js';

/** How long a closing client may take to answer before its socket is destroyed. */
const CLOSE_TIMEOUT_MS = 2_000;
/** RFC 6455 section 5.5: the reason of a close frame has 123 bytes at most. */
const MAX_REASON_BYTES = 123;

export interface SocketOptions {
  readonly server: Server;
  /** Of each endpoint. */
  readonly maxSubscribers: number;
  /** Of one message from a client; a longer one closes it with 1009. */
  readonly maxPayloadBytes: number;
  /** At each, every client is pinged, and who has not answered the ping before is closed with 1013. */
  readonly pings: Observable<unknown>;
  readonly allows: (request: IncomingMessage) => boolean;
}

/** What answers on WebSocket paths. */
export interface Sockets {
  /** `refusals` counts who is sent away from the endpoint. */
  attach(path: string, endpoint: Endpoint, refusals: Refusals): void;
  /** Closes every socket and stops answering. */
  close(): Promise<void>;
}

/** Answers WebSocket upgrades on the paths that endpoints are attached to. */
export function serveSockets(options: SocketOptions): Sockets {
  /** Bound: as many as are attached. */
  const attached = new Map<string, { readonly sockets: WebSocketServer; readonly refusals: Refusals }>();
  const onUpgrade = (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    const found = attached.get(pathOf(request));
    if (!options.allows(request)) return refuse(socket, 403);
    if (found === undefined) return refuse(socket, 404);
    const { sockets, refusals } = found;
    if (sockets.clients.size >= options.maxSubscribers) {
      refusals.full += 1;
      return refuse(socket, 503);
    }
    sockets.handleUpgrade(request, socket, head, (client) => sockets.emit('connection', client, request));
  };
  options.server.on('upgrade', onUpgrade);
  return {
    attach(path, endpoint, refusals) {
      attached.set(path, { sockets: endpointServer(endpoint, refusals, options), refusals });
    },
    async close() {
      options.server.off('upgrade', onUpgrade);
      await Promise.all([...attached.values()].map(({ sockets }) => closeAll(sockets)));
    },
  };
}

function endpointServer(endpoint: Endpoint, refusals: Refusals, options: SocketOptions): WebSocketServer {
  // `closeTimeout` is documented by ws and missing from its types.
  const socketOptions: ServerOptions & { closeTimeout: number } = {
    noServer: true,
    perMessageDeflate: false,
    maxPayload: options.maxPayloadBytes,
    closeTimeout: CLOSE_TIMEOUT_MS,
  };
  const sockets = new WebSocketServer(socketOptions);
  sockets.on('connection', (socket: WebSocket) => attend(socket, endpoint, refusals, options.pings));
  return sockets;
}

function attend(socket: WebSocket, endpoint: Endpoint, refusals: Refusals, pings: Observable<unknown>): void {
  const subscriber: Subscriber = {
    get bufferedBytes() {
      return socket.bufferedAmount;
    },
    send: (data, kind) => socket.send(data, { binary: kind === 'binary' }),
    close: (code, reason) => {
      leave();
      socket.close(code, clipped(reason));
    },
  };
  let answered = true;
  const pinging = pings.subscribe(() => {
    if (!answered) {
      refusals.slow += 1;
      return subscriber.close(CLOSE.tryAgainLater, 'no answer to the last ping');
    }
    answered = false;
    socket.ping();
  });
  const leave = () => {
    pinging.unsubscribe();
    endpoint.left(subscriber);
  };
  socket.on('pong', () => {
    answered = true;
  });
  socket.on('message', (data, isBinary) => {
    if (socket.readyState !== socket.OPEN) return;
    try {
      if (isBinary) throw new BoothError('MESSAGE_INVALID', 'Messages are text: JSON.');
      endpoint.received(subscriber, data.toString());
    } catch (thrown) {
      refusals.invalid += 1;
      subscriber.close(CLOSE.policyViolation, messageOf(thrown));
    }
  });
  // What breaks the protocol is closed by the library with its own code; the reason is of no use to us.
  socket.on('error', leave);
  socket.on('close', leave);
  endpoint.joined(subscriber);
}

function pathOf(request: IncomingMessage): string {
  return (request.url ?? '').split('?', 1)[0] ?? '';
}

function refuse(socket: Duplex, status: number): void {
  socket.on('error', () => socket.destroy());
  socket.end(
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`,
    () => socket.destroy(),
  );
}

/** Longer reasons are cut at a whole character. */
function clipped(reason: string): string {
  let text = reason;
  while (Buffer.byteLength(text) > MAX_REASON_BYTES) text = [...text].slice(0, -1).join('');
  return text;
}

async function closeAll(sockets: WebSocketServer): Promise<void> {
  const clients = [...sockets.clients];
  const closed = clients.map((client) => new Promise((resolve) => client.once('close', resolve)));
  for (const client of clients) client.close(CLOSE.goingAway, 'the booth closes');
  await Promise.all(closed);
}
