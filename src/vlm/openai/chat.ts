import { APIError } from 'openai';
import type { EndpointConfig } from '../../config.js';
import { BoothError } from '../../errors.js';
import type { Watch } from '../../openai/watch.js';
import { quote, refusal, retryAfterMs } from '../../openai/words.js';
import { promptHash } from '../prompt-hash.js';
import type { PromptContext } from '../vlm.js';
import { type CompletionPart, readCompletion } from './completion.js';
import type { Connection } from './connection.js';
import { type Dialect, withoutRefused } from './dialects.js';
import type { Limits, Request } from './limits.js';
import { promptText, requestBody, type Still } from './prompt.js';

export interface ChatDeps {
  readonly limits: Limits;
  readonly onWarning: (error: BoothError) => void;
}

/** A part of an answer, and the hash of the prompt that it answers. */
export type Spoken = CompletionPart & { readonly prompt: string };

/** Answers that ask for a pause: too many requests, overloaded. */
const ASKS_FOR_PAUSE = [429, 503, 529];

/** Sends requests in the server's dialect, which gets poorer each time that the server refuses a part of it. */
export class Chat {
  readonly #connection: Connection;
  readonly #config: EndpointConfig;
  readonly #deps: ChatDeps;
  #dialect: Dialect;

  constructor(connection: Connection, dialect: Dialect, config: EndpointConfig, deps: ChatDeps) {
    this.#connection = connection;
    this.#dialect = dialect;
    this.#config = config;
    this.#deps = deps;
  }

  /** Raises whatever the client and `readCompletion` raise, and what `Watch.throwIfEnded` raises. */
  async *ask(stills: readonly Still[], context: PromptContext, watch: Watch): AsyncGenerator<Spoken, void> {
    const { chunks, request, prompt } = await this.#send(stills, context, watch);
    const parts = readCompletion(heardBy(watch, chunks), context.reasoning, (usage) => request.settle(usage));
    for await (const part of parts) yield { ...part, prompt };
  }

  async #send(
    stills: readonly Still[],
    context: PromptContext,
    watch: Watch,
  ): Promise<{ chunks: AsyncIterable<unknown>; request: Request; prompt: string }> {
    const { client, endpoint } = this.#connection;
    // Each turn leaves something out of the dialect, which has only so much to leave out.
    for (;;) {
      const dialect = this.#dialect;
      const request = this.#deps.limits.begin();
      const text = promptText(dialect, context);
      const body = requestBody(endpoint.model, dialect, this.#config, context, text, stills);
      try {
        const chunks = await client.chat.completions.create(body, { signal: watch.signal });
        return { chunks, request, prompt: promptHash(`${text.system}\n${text.memory}`) };
      } catch (thrown) {
        if (watch.ended === null) request.refused();
        if (!(thrown instanceof APIError)) throw thrown;
        this.#pauseIfAsked(thrown);
        if (!this.#adapt(thrown, dialect)) throw thrown;
      }
    }
  }

  #pauseIfAsked({ status, headers }: APIError): void {
    const asked = retryAfterMs(headers, Date.now());
    if (status === 429 || (asked !== null && ASKS_FOR_PAUSE.includes(status ?? 0)))
      this.#deps.limits.hold(asked);
  }

  /** True when the same look is worth another request. */
  #adapt(error: APIError, used: Dialect): boolean {
    if (error.status !== 400 && error.status !== 422) return false;
    if (used !== this.#dialect) return true;
    const { endpoint } = this.#connection;
    const said = quote(refusal(error), endpoint);
    const less = withoutRefused(used, said);
    if (less === null) return false;
    this.#dialect = less.dialect;
    const warning = `${endpoint.address} does not take ${less.what} (${error.status}${said && `: ${said}`}); Booth goes on without.`;
    this.#deps.onWarning(new BoothError('INFERENCE_FAILED', warning));
    return true;
  }
}

async function* heardBy(watch: Watch, chunks: AsyncIterable<unknown>): AsyncGenerator<unknown> {
  watch.heard();
  for await (const chunk of chunks) {
    watch.throwIfEnded();
    watch.heard();
    yield chunk;
  }
  // The client ends a cancelled stream as if it had been read to its end.
  watch.throwIfEnded();
}
