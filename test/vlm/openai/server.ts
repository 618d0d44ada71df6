import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { makeConfig } from '../../../src/config.js';
import type { BoothError } from '../../../src/errors.js';
import type { Clip } from '../../../src/media/clip.js';
import type { StartTimer } from '../../../src/openai/watch.js';
import { openEndpoint } from '../../../src/vlm/openai/endpoint.js';
import type { LookEvent, Vlm } from '../../../src/vlm/vlm.js';
import { promptContext } from '../../support/prompt-context.js';

export const KEY = 'sk-test-4711-never-to-be-seen';

/** What a request asked for, as far as the tests read it. */
export interface ChatRequest {
  readonly model: string;
  readonly messages: readonly { readonly role: string; readonly content: string | readonly Part[] }[];
  readonly [field: string]: unknown;
}

export interface Part {
  readonly type: string;
  readonly text?: string;
  readonly image_url?: { readonly url: string };
}

export type Reply = (response: ServerResponse, request: ChatRequest) => unknown;

export interface ChatServer {
  readonly url: string;
  /** Bodies of the chat requests, oldest first. */
  readonly requests: ChatRequest[];
  readonly keys: (string | undefined)[];
  /** Replies to the next chat requests, in order; without one, `otherwise` replies. */
  readonly replies: Reply[];
  otherwise: Reply;
  /** Reply to `GET /models`. */
  models: Reply;
  close(): Promise<void>;
}

/** A real HTTP server on loopback that does what it is told. */
export async function chatServer(): Promise<ChatServer> {
  const server = createServer(async (request, response) => {
    if (request.url === '/v1/models') {
      await chat.models(response, { model: '', messages: [] });
      return;
    }
    const body: ChatRequest = JSON.parse(await textOf(request));
    chat.requests.push(body);
    chat.keys.push(request.headers.authorization);
    await (chat.replies.shift() ?? chat.otherwise)(response, body);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const chat: ChatServer = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
    requests: [],
    keys: [],
    replies: [],
    otherwise: says('A pass to the left.'),
    models: json(200, { data: [{ id: 'seer', owned_by: 'vllm' }] }),
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
  return chat;
}

async function textOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

export function json(status: number, body: unknown, headers: Record<string, string> = {}): Reply {
  return (response) =>
    response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
}

export function refuses(status: number, message: string, headers: Record<string, string> = {}): Reply {
  return json(status, { error: { message, code: null } }, headers);
}

export function chunk(content: string | null, finish: string | null = null): string {
  return event({ choices: [{ index: 0, delta: { content }, finish_reason: finish }] });
}

export function event(data: unknown): string {
  return `data: ${JSON.stringify(data)}\n\n`;
}

export const USAGE = event({ choices: [], usage: { prompt_tokens: 1_000, completion_tokens: 20 } });
export const DONE = 'data: [DONE]\n\n';

/** Streams these server-sent events and ends. */
export function streams(...events: readonly string[]): Reply {
  return (response) => {
    begin(response);
    for (const text of events) response.write(text);
    response.end();
  };
}

/** Streams these, and then leaves the line open. */
export function stalls(...events: readonly string[]): Reply {
  return (response) => {
    begin(response);
    for (const text of events) response.write(text);
  };
}

export function begin(response: ServerResponse): void {
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  response.flushHeaders();
}

/** The line as the schema wants it, in pieces of three characters; `null` is silence. */
export function says(line: string | null): Reply {
  const pieces = JSON.stringify({ say: line }).match(/[\s\S]{1,3}/gu) ?? [];
  return streams(...pieces.map((piece) => chunk(piece)), chunk(null, 'stop'), USAGE, DONE);
}

/** The line as plain text. */
export function saysPlainly(...pieces: readonly string[]): Reply {
  return streams(...pieces.map((piece) => chunk(piece)), chunk('', 'stop'), DONE);
}

/** Time that passes when the test says so. */
export class ManualTime {
  #now = 0;
  readonly #timers = new Set<{ readonly at: number; readonly onEnd: () => void }>();
  #onStart: () => void = () => undefined;
  readonly clock = { now: () => this.#now };
  readonly startTimer: StartTimer = (ms, onEnd) => {
    const timer = { at: this.#now + ms, onEnd };
    this.#timers.add(timer);
    this.#onStart();
    return () => this.#timers.delete(timer);
  };

  get timers(): number {
    return this.#timers.size;
  }

  /** Resolves as soon as a timer runs that ends in `ms`. */
  async waitedFor(ms: number): Promise<void> {
    while (![...this.#timers].some(({ at }) => at - this.#now === ms))
      await new Promise<void>((resolve) => {
        this.#onStart = resolve;
      });
  }

  pass(ms: number): void {
    this.#now += ms;
    for (const timer of [...this.#timers].filter(({ at }) => at <= this.#now)) {
      this.#timers.delete(timer);
      timer.onEnd();
    }
  }
}

export interface Opened {
  readonly vlm: Vlm;
  readonly time: ManualTime;
  readonly warnings: BoothError[];
}

export async function openAt(
  url: string,
  settings: Record<string, unknown> = {},
  more: { backed?: boolean; environment?: NodeJS.ProcessEnv; model?: string; time?: ManualTime } = {},
): Promise<Opened> {
  const warnings: BoothError[] = [];
  const { model = 'seer', time = new ManualTime(), ...options } = more;
  const config = makeConfig({
    vlm: { model: `openai:${model}` },
    endpoint: { width: 64, height: 32, ...settings },
  });
  const vlm = await openEndpoint(config, {
    onWarning: (error) => warnings.push(error),
    environment: { OPENAI_BASE_URL: url, OPENAI_API_KEY: KEY },
    ...time,
    ...options,
  });
  return { vlm, time, warnings };
}

/** Clip `seq` of a stream with a frame a second, two to a clip. */
export function clip(seq: number, size = { width: 64, height: 32 }): Clip {
  const frames = [2 * seq, 2 * seq + 1].map((index) => ({
    index,
    pts: index,
    capturedAt: index * 1_000,
    ...size,
    pixels: new Uint8Array(size.width * size.height * 3).fill(40 + (index % 8) * 20),
  }));
  return { seq, frames, start: 2 * seq, end: 2 * seq + 1, capturedAt: 0, change: 0, sceneCut: false };
}

export const context = promptContext();

export async function collect(events: AsyncIterable<LookEvent>): Promise<LookEvent[]> {
  const all: LookEvent[] = [];
  for await (const event of events) all.push(event);
  return all;
}

/** The line that a look comes to, `null` for silence. */
export async function lineOf(events: AsyncIterable<LookEvent>): Promise<string | null> {
  const last = (await collect(events)).at(-1);
  return last?.kind === 'end' ? last.text : null;
}
