import type { IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { FastifyInstance } from 'fastify';
import { EMPTY, interval, type Observable, Subscription } from 'rxjs';
import type { ServerConfig } from '../config.js';
import { BoothError, isSystemError, messageOf } from '../errors.js';
import type { Cue } from '../media/cue.js';
import type { Preview } from '../media/preview.js';
import type { RunStats } from '../media/stats.js';
import type { TickReport } from '../media/tick.js';
import { type Clock, systemClock } from '../media/time.js';
import type { Utterance } from '../media/utterance.js';
import { Feed } from './feed.js';
import { hostAllowed, originAllowed } from './guard.js';
import { encodePreview, encodeSeen, PictureFan, seenPacer } from './pictures.js';
import type { About, ChannelAbout } from './protocol.js';
import { buildApp, type CaptionWriters } from './routes.js';
import type { Endpoint, Refusals } from './subscriber.js';
import { Voices } from './voices.js';
import { serveSockets } from './ws.js';

export interface ServerOptions {
  readonly config: ServerConfig;
  readonly about: About;
  /** At least one, each of another name; the first is that of clients who ask for none. */
  readonly channels: readonly ChannelInput[];
  /** How the kept cues look as caption files. */
  readonly captions: CaptionWriters;
  /** May be missing, end or fail without harm to the rest. */
  readonly previews?: Observable<Preview>;
  /** Emits whenever subscribers are to be pinged; every `config.pingMs` by default. */
  readonly pings?: Observable<unknown>;
  readonly clock?: Clock;
}

/** What one channel tells. */
export interface ChannelInput extends ChannelAbout {
  /** When those of all channels have ended, the feed ends with `end`; the server goes on until it is closed. */
  readonly cues: Observable<Cue>;
  /** Any of these may be missing, end or fail without harm to the others. */
  readonly utterances?: Observable<Utterance>;
  readonly ticks?: Observable<TickReport>;
  readonly stats?: Observable<RunStats>;
}

export interface BoothServer {
  /** Where the page is, without a path: `http://127.0.0.1:8790`. */
  readonly url: string;
  readonly port: number;
  /** Clients of the feed. */
  subscribers(): number;
  /** Closes every socket with 1001 and stops listening. Safe to call again. */
  close(): Promise<void>;
}

/** Serves one run: the page, the feed and the files. Raises CANNOT_LISTEN. */
export async function startServer(options: ServerOptions): Promise<BoothServer> {
  const { config, about, channels } = options;
  const refusals: Refusals = { invalid: 0, slow: 0, full: 0 };
  const { history, maxBufferedBytes } = config;
  const feed = new Feed({ about, channels, history, maxBufferedBytes, refusals });
  const picture = new PictureFan();
  const seen = new PictureFan();
  const voices = new Voices();
  const app = await buildApp({ config, captions: options.captions, feed, voices, refusals });
  const port = await listen(app, config);
  const sockets = serveSockets({
    server: app.server,
    endpoints: new Map<string, Endpoint>([
      ['/feed', feed],
      ['/picture', picture],
      ['/seen', seen],
    ]),
    maxSubscribers: config.maxSubscribers,
    maxPayloadBytes: config.maxPayloadBytes,
    pings: options.pings ?? interval(config.pingMs),
    allows: ({ headers }: IncomingMessage) =>
      hostAllowed(config.host, headers) && originAllowed(config.host, headers),
    refusals,
  });
  const inputs = connect(options, feed, picture, seen, voices);
  let closing: Promise<void> | undefined;
  return {
    url: `http://${hostInUrl(config.host)}:${port}`,
    port,
    subscribers: () => feed.size,
    close: () => {
      inputs.unsubscribe();
      closing ??= sockets.close().then(() => app.close());
      return closing;
    },
  };
}

function connect(
  options: ServerOptions,
  feed: Feed,
  picture: PictureFan,
  seen: PictureFan,
  voices: Voices,
): Subscription {
  const { channels, previews = EMPTY } = options;
  const clock = options.clock ?? systemClock;
  const showNow = seenPacer(() => clock.now());
  const showSeen = (tick: TickReport) => {
    if (!seen.watched || tick.pictures === undefined || !showNow()) return;
    const message = encodeSeen(tick);
    if (message !== null) seen.show(message);
  };
  // The pipeline reports its own errors; a side input that fails only stops being shown.
  const error = () => {};
  const inputs = new Subscription();
  inputs.add(previews.subscribe({ next: (value) => picture.show(encodePreview(value)), error }));
  // All channels look at the same frames: those of the first are shown.
  inputs.add(channels[0]?.ticks?.subscribe({ next: showSeen, error }));
  for (const { channel, cues, utterances = EMPTY, ticks = EMPTY, stats = EMPTY } of channels) {
    inputs.add(stats.subscribe({ next: (value) => feed.stats(channel, value), error }));
    inputs.add(utterances.subscribe({ next: (value) => feed.voice(value, voices.put(value)), error }));
    inputs.add(ticks.subscribe({ next: (value) => feed.tick(channel, value), error }));
    inputs.add(
      cues.subscribe({
        next: (cue) => feed.cue(cue),
        error: (thrown: unknown) => feed.end(channel, thrown),
        complete: () => feed.end(channel),
      }),
    );
  }
  return inputs;
}

async function listen(app: FastifyInstance, { host, port }: ServerConfig): Promise<number> {
  try {
    await app.listen({ host, port });
  } catch (cause) {
    await app.close();
    const why = isSystemError(cause, 'EADDRINUSE')
      ? 'the port is in use'
      : isSystemError(cause, 'EACCES')
        ? 'this user may not use that port'
        : messageOf(cause);
    throw new BoothError(
      'CANNOT_LISTEN',
      `Cannot listen on ${host}:${port}: ${why}. Use --port 0 for any free port, or another port.`,
      { cause },
    );
  }
  return (app.server.address() as AddressInfo).port;
}

/** A wildcard address is nowhere to go: the page is on this machine as well. */
function hostInUrl(host: string): string {
  if (host === '0.0.0.0' || host === '::') return 'localhost';
  return host.includes(':') ? `[${host}]` : host;
}
