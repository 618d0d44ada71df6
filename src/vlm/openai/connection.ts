import OpenAI, { APIError } from 'openai';
import { z } from 'zod';
import { BoothError } from '../../errors.js';
import { type Provider, providerOf } from './dialects.js';
import { type Endpoint, failure, quote } from './failures.js';

/** Most bytes of one answer that are read; a look needs a few thousand. */
const LONGEST_BODY = 4 * 1024 * 1024;

/** Names of models that an error message lists. */
const MODELS_SHOWN = 8;

const OPENAI = 'https://api.openai.com/v1';

export interface Connection {
  readonly client: OpenAI;
  readonly baseUrl: URL;
  readonly endpoint: Endpoint;
}

/**
 * `OPENAI_BASE_URL` and `OPENAI_API_KEY` → a client that sends nothing yet. Only OpenAI itself must have a key. Raises
 * CONFIG_INVALID naming the variable, never showing a key.
 */
export function connect(model: string, environment: NodeJS.ProcessEnv): Connection {
  const baseUrl = parseBaseUrl(environment.OPENAI_BASE_URL?.trim() || OPENAI);
  const key = environment.OPENAI_API_KEY?.trim() || null;
  if (key === null && baseUrl.href === new URL(OPENAI).href)
    throw new BoothError(
      'CONFIG_INVALID',
      `OpenAI wants a key for ${model}. Set OPENAI_API_KEY, or OPENAI_BASE_URL for a server of your own.`,
    );
  if (key !== null && !/^[\x21-\x7e]+$/.test(key))
    throw new BoothError(
      'CONFIG_INVALID',
      'OPENAI_API_KEY holds characters that no key has. Set it to the key alone, in one line.',
    );
  const client = new OpenAI({
    baseURL: baseUrl.href,
    apiKey: key ?? 'none',
    // Who asks again, and when, is decided here.
    maxRetries: 0,
    logLevel: 'off',
    fetch: boundedFetch,
    // Pictures go where the user sends them and nowhere else.
    fetchOptions: { redirect: 'error' },
  });
  const address = baseUrl.href.replace(/\/$/, '');
  const hideKey = (text: string) => (key === null ? text : text.replaceAll(key, '[key]'));
  return { client, baseUrl, endpoint: { model, address, hasKey: key !== null, hideKey, models: [] } };
}

function parseBaseUrl(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : null;
  const web = url !== null && (url.protocol === 'http:' || url.protocol === 'https:');
  if (!web || url.username !== '' || url.password !== '' || url.search !== '' || url.hash !== '')
    throw new BoothError(
      'CONFIG_INVALID',
      'OPENAI_BASE_URL is no plain web address. Give one such as http://127.0.0.1:8000/v1, without name, password or query; a key goes into OPENAI_API_KEY.',
    );
  return url;
}

/** An endless answer ends as an error, not as full memory. */
async function boundedFetch(input: string | URL | Request, init?: RequestInit): Promise<Response> {
  const response = await fetch(input, init);
  if (response.body === null) return response;
  let bytes = 0;
  const bounded = new TransformStream<Uint8Array, Uint8Array>({
    transform(chunk, controller) {
      bytes += chunk.byteLength;
      if (bytes > LONGEST_BODY) controller.error(new RangeError(`more than ${LONGEST_BODY} bytes came`));
      else controller.enqueue(chunk);
    },
  });
  const { status, statusText, headers } = response;
  return new Response(response.body.pipeThrough(bounded), { status, statusText, headers });
}

const modelList = z.object({
  data: z.array(z.object({ id: z.string(), owned_by: z.string().nullish() })).nullish(),
});

export interface Welcome {
  readonly provider: Provider;
  /** Models that the server says it has; empty when it does not say. */
  readonly models: readonly string[];
}

/**
 * Asks which models there are, and learns from the answer whose server it is. Servers without such a list are
 * fine. Raises CONFIG_INVALID for a refused key, MODEL_NOT_FOUND when no server answers.
 */
export async function greet(
  { client, baseUrl, endpoint }: Connection,
  signal: AbortSignal,
): Promise<Welcome> {
  try {
    const list = modelList.safeParse(await client.get('/models', { signal }));
    const models = (list.success && list.data.data) || [];
    const owners = models.flatMap(({ owned_by }) => owned_by ?? []);
    const names = models.slice(0, MODELS_SHOWN).map(({ id }) => quote(id, endpoint));
    return { provider: providerOf(baseUrl, owners), models: names };
  } catch (thrown) {
    if (!(thrown instanceof APIError) || thrown.status === undefined) throw unreachable(thrown, endpoint);
    const error = failure(thrown, endpoint);
    if (error.code === 'CONFIG_INVALID') throw error;
    return { provider: providerOf(baseUrl, []), models: [] };
  }
}

function unreachable(thrown: unknown, endpoint: Endpoint): BoothError {
  const { message } = failure(thrown, endpoint);
  return new BoothError(
    'MODEL_NOT_FOUND',
    `${message} Start the server, or set OPENAI_BASE_URL to where it is.`.replace(
      ' The next look tries again.',
      '',
    ),
  );
}
