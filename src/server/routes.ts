import { fileURLToPath } from 'node:url';
import fastifyStatic from '@fastify/static';
import fastify, { type FastifyInstance, type FastifyReply } from 'fastify';
import type { ServerConfig } from '../config.js';
import type { Cue } from '../media/cue.js';
import type { Board } from './board.js';
import { hostAllowed, listensOf } from './guard.js';
import type { Programme } from './programme.js';

const PAGE = fileURLToPath(new URL('./page/', import.meta.url));

/** Nothing inline, nothing from elsewhere: text from a model that slipped into the page could do nothing there. */
const HEADERS = {
  'content-security-policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; " +
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  // Asked for again each time, and not sent again unless changed: an upgraded booth has no stale page.
  'cache-control': 'no-cache',
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
} as const;

/** Everything that is asked for by HTTP of one programme, under `/`; not listening yet. */
export async function appOfOne(config: ServerConfig, programme: Programme): Promise<FastifyInstance> {
  const app = await blankApp(config);
  routeProgramme(app, '', () => programme);
  app.get<{ Params: Rest }>('/*', ({ params }, reply) => reply.sendFile(params['*'] || 'index.html'));
  return app;
}

/** The same of several, each under its name, and their list under `/`. */
export async function appOfMany(config: ServerConfig, board: Board): Promise<FastifyInstance> {
  const app = await blankApp(config);
  routeProgramme(app, '/:name', (name = '') => board.programme(name));
  app.get('/', (_, reply) => reply.sendFile('board.html'));
  app.get('/healthz', () => ({ status: 'ok' }));
  app.get('/channels.json', (_, reply) =>
    reply.header('cache-control', 'no-store').send({ channels: board.entries() }),
  );
  app.get<{ Params: Named }>('/:name', ({ params: { name } }, reply) =>
    board.has(name) ? reply.redirect(`${name}/`) : reply.sendFile(name),
  );
  // The page of a programme that is not on yet waits for it.
  app.get<{ Params: Named & Rest }>('/:name/*', ({ params: { name, '*': file } }, reply) =>
    board.has(name) ? reply.sendFile(file || 'index.html') : reply.callNotFound(),
  );
  return app;
}

interface Named {
  readonly name: string;
}

/** What a `*` in a path stands for. */
interface Rest {
  readonly '*': string;
}

async function blankApp(config: ServerConfig): Promise<FastifyInstance> {
  const app = fastify({ forceCloseConnections: true, bodyLimit: config.maxPayloadBytes });
  app.addHook('onRequest', async (request, reply) => {
    reply.headers(HEADERS);
    if (hostAllowed(listensOf(app.server, config), request.headers)) return;
    reply.code(421).type('text/plain; charset=utf-8');
    return reply.send(
      'This server answers to localhost, and to the names in server.names, only. Open it by one of those.\n',
    );
  });
  await app.register(fastifyStatic, { root: PAGE, serve: false, cacheControl: false, dotfiles: 'deny' });
  return app;
}

/** What a programme tells under `prefix`; 404 while there is none. */
function routeProgramme(
  app: FastifyInstance,
  prefix: string,
  find: (name: string | undefined) => Programme | undefined,
): void {
  type Asked = { Params: { name?: string; id?: string }; Querystring: { channel?: unknown } };
  const route = (
    path: string,
    answer: (programme: Programme, asked: Asked, reply: FastifyReply) => unknown,
  ) =>
    app.get<Asked>(`${prefix}${path}`, ({ params, query }, reply) => {
      const programme = find(params.name);
      if (programme === undefined) return reply.callNotFound();
      return answer(programme, { Params: params, Querystring: query }, reply);
    });
  const file = (path: string, type: string, textOf: (programme: Programme, cues: readonly Cue[]) => string) =>
    route(path, (programme, { Querystring: { channel } }, reply) => {
      const history = programme.feed.historyOf(channel);
      if (history === undefined) return reply.callNotFound();
      const text = textOf(programme, history.finals());
      return reply.type(`${type}; charset=utf-8`).header('cache-control', 'no-store').send(text);
    });
  route('/healthz', ({ feed, refusals }) => ({
    status: 'ok',
    subscribers: feed.size,
    lastSeq: feed.historyOf()?.lastSeq ?? null,
    ended: feed.ended,
    refusals,
  }));
  file('/captions.vtt', 'text/vtt', ({ captions }, cues) => captions.vtt(cues));
  file('/captions.srt', 'application/x-subrip', ({ captions }, cues) => captions.srt(cues));
  file('/cues.jsonl', 'application/x-ndjson', (_, cues) =>
    cues.map((cue) => `${JSON.stringify(cue)}\n`).join(''),
  );
  route('/voice/:id.wav', ({ voices }, { Params: { id = '' } }, reply) => {
    const wav = voices.get(id);
    if (wav === undefined) return reply.callNotFound();
    return reply.type('audio/wav').header('cache-control', 'no-store').send(wav);
  });
}
