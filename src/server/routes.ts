import { fileURLToPath } from 'node:url';
import fastifyStatic from '@fastify/static';
import fastify, { type FastifyInstance } from 'fastify';
import type { ServerConfig } from '../config.js';
import type { Cue } from '../media/cue.js';
import type { Feed } from './feed.js';
import { hostAllowed } from './guard.js';
import type { Refusals } from './subscriber.js';
import type { Voices } from './voices.js';

const PAGE = fileURLToPath(new URL('./page/', import.meta.url));

/** Nothing inline, nothing from elsewhere: text from a model that slipped into the page could do nothing there. */
const HEADERS = {
  'content-security-policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; media-src 'self'; " +
    "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  // Asked for again each time, and not sent again unless changed: an upgraded booth has no stale page.
  'cache-control': 'no-cache',
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
} as const;

/** How a list of final cues looks as a caption file. */
export interface CaptionWriters {
  vtt(cues: readonly Cue[]): string;
  srt(cues: readonly Cue[]): string;
}

export interface RouteOptions {
  readonly config: ServerConfig;
  readonly captions: CaptionWriters;
  readonly feed: Feed;
  readonly voices: Voices;
  readonly refusals: Refusals;
}

/** Everything that is asked for by HTTP; not listening yet. */
export async function buildApp(options: RouteOptions): Promise<FastifyInstance> {
  const { config, captions, feed, voices, refusals } = options;
  const app = fastify({ forceCloseConnections: true, bodyLimit: config.maxPayloadBytes });
  app.addHook('onRequest', async (request, reply) => {
    reply.headers(HEADERS);
    if (hostAllowed(config.host, request.headers)) return;
    reply.code(421).type('text/plain; charset=utf-8');
    return reply.send('This server answers to localhost only. Open it by that name.\n');
  });
  await app.register(fastifyStatic, { root: PAGE, cacheControl: false, dotfiles: 'deny' });
  app.get('/healthz', () => ({
    status: 'ok',
    subscribers: feed.size,
    lastSeq: feed.historyOf()?.lastSeq ?? null,
    ended: feed.ended,
    refusals,
  }));
  const file = (path: string, type: string, textOf: (cues: readonly Cue[]) => string) =>
    app.get<{ Querystring: { channel?: unknown } }>(path, (request, reply) => {
      const history = feed.historyOf(request.query.channel);
      if (history === undefined) return reply.callNotFound();
      const text = textOf(history.finals());
      return reply.type(`${type}; charset=utf-8`).header('cache-control', 'no-store').send(text);
    });
  file('/captions.vtt', 'text/vtt', (cues) => captions.vtt(cues));
  file('/captions.srt', 'application/x-subrip', (cues) => captions.srt(cues));
  file('/cues.jsonl', 'application/x-ndjson', (cues) =>
    cues.map((cue) => `${JSON.stringify(cue)}\n`).join(''),
  );
  app.get<{ Params: { id: string } }>('/voice/:id.wav', (request, reply) => {
    const wav = voices.get(request.params.id);
    if (wav === undefined) return reply.callNotFound();
    return reply.type('audio/wav').header('cache-control', 'no-store').send(Buffer.from(wav));
  });
  return app;
}
