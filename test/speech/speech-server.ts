import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tone } from './fakes.js';

export const SPEECH_KEY = 'sk-speech-0815-never-to-be-seen';

export interface SpeechRequest {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Readonly<Record<string, unknown>>;
}

export type SpeechReply = (response: ServerResponse, request: SpeechRequest) => unknown;

export interface SpeechServer {
  readonly url: string;
  readonly requests: SpeechRequest[];
  /** Replies to the next requests, in order; afterwards a tone of a second for every ten characters. */
  readonly replies: SpeechReply[];
  close(): Promise<void>;
}

/** A real HTTP server on loopback that speaks as it is told. */
export async function speechServer(): Promise<SpeechServer> {
  const server = createServer(async (incoming, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of incoming) chunks.push(chunk);
    const body = JSON.parse(Buffer.concat(chunks).toString()) as SpeechRequest['body'];
    const request = { path: incoming.url ?? '', headers: incoming.headers, body };
    speech.requests.push(request);
    await (speech.replies.shift() ?? sings)(response, request);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const speech: SpeechServer = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
    requests: [],
    replies: [],
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
  return speech;
}

export const sings: SpeechReply = (response, { body }) =>
  sends(tone(String(body.input).length / 10, 24_000))(response, { path: '', headers: {}, body });

export function sends(bytes: Uint8Array, type = 'audio/wav'): SpeechReply {
  return (response) => response.writeHead(200, { 'content-type': type }).end(bytes);
}

export function refuses(status: number, message: string, headers: Record<string, string> = {}): SpeechReply {
  return (response) =>
    response
      .writeHead(status, { 'content-type': 'application/json', ...headers })
      .end(JSON.stringify({ error: { message } }));
}
