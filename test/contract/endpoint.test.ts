import { afterAll } from 'vitest';
import { withFallback } from '../../src/vlm/fallback.js';
import { type ChatServer, chatServer, clip, json, openAt, refuses, says } from '../vlm/openai/server.js';
import { vlmContract } from './vlm.js';

const servers: ChatServer[] = [];
afterAll(() => Promise.all(servers.map((server) => server.close())));

/** A server whose model has something to say of the first frame of two clips out of three. */
async function seer(): Promise<ChatServer> {
  const server = await chatServer();
  servers.push(server);
  server.otherwise = (response, request) => {
    const parts = request.messages[1]?.content;
    const at =
      typeof parts === 'string' ? undefined : parts?.find(({ text }) => /^Frame at/.test(text ?? ''));
    const second = Number(/(\d\d)\.\d:$/.exec(at?.text ?? '')?.[1]);
    return says(second % 3 === 1 ? null : `It is second ${second}, and the ball rolls on.`)(
      response,
      request,
    );
  };
  return server;
}

vlmContract(
  'a model at an endpoint',
  async () => (await openAt((await seer()).url, { maxRpm: 0 })).vlm,
  clip,
);

vlmContract(
  'an endpoint that is down, with a fallback',
  async () => {
    const down = await chatServer();
    servers.push(down);
    down.models = json(200, { data: [] });
    down.otherwise = refuses(500, 'down');
    const first = (await openAt(down.url, { maxRpm: 0 }, { backed: true })).vlm;
    const second = (await openAt((await seer()).url, { maxRpm: 0, width: 32, height: 32 })).vlm;
    return withFallback(first, second, { onWarning: () => undefined });
  },
  clip,
);
