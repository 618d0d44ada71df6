import OpenAI from 'openai';
import { BoothError } from '../errors.js';

const OPENAI = 'https://api.openai.com/v1';

/** Where a server's address and key are, in the environment. */
export interface Variables {
  readonly url: string;
  readonly key: string;
}

export const VARIABLES: Variables = { url: 'OPENAI_BASE_URL', key: 'OPENAI_API_KEY' };

/** A server and the right to use it. Holds the key in `client` alone, so that the rest may be printed. */
export interface Account {
  readonly client: OpenAI;
  readonly baseUrl: URL;
  /** Scheme, host and path: what may be shown. */
  readonly address: string;
  readonly hasKey: boolean;
  /** Takes the key out of a text. */
  readonly hideKey: (text: string) => string;
}

/**
 * The address and key of the environment → a client that sends nothing yet. Only OpenAI itself must have a key. `purpose` is what the key is
 * for, in messages; an answer longer than `longestBody` bytes is an error. Raises CONFIG_INVALID naming the variable, never
 * showing a key.
 */
export function openAccount(
  purpose: string,
  environment: NodeJS.ProcessEnv,
  { variables = VARIABLES, longestBody }: { readonly variables?: Variables; readonly longestBody: number },
): Account {
  const baseUrl = parseBaseUrl(environment[variables.url]?.trim() || OPENAI, variables);
  const key = environment[variables.key]?.trim() || null;
  if (key === null && baseUrl.href === new URL(OPENAI).href)
    throw new BoothError(
      'CONFIG_INVALID',
      `OpenAI wants a key for ${purpose}. Set ${variables.key}, or ${variables.url} for a server of your own.`,
    );
  if (key !== null && !/^[\x21-\x7e]+$/.test(key))
    throw new BoothError(
      'CONFIG_INVALID',
      `${variables.key} holds characters that no key has. Set it to the key alone, in one line.`,
    );
  const client = new OpenAI({
    baseURL: baseUrl.href,
    apiKey: key ?? 'none',
    // Who asks again, and when, is decided by the caller.
    maxRetries: 0,
    logLevel: 'off',
    fetch: boundedFetch(longestBody),
    // What is sent goes where the user sends it and nowhere else.
    fetchOptions: { redirect: 'error' },
  });
  return {
    client,
    baseUrl,
    address: baseUrl.href.replace(/\/$/, ''),
    hasKey: key !== null,
    hideKey: (text) => (key === null ? text : text.replaceAll(key, '[key]')),
  };
}

function parseBaseUrl(text: string, { url: name, key }: Variables): URL {
  const url = URL.canParse(text) ? new URL(text) : null;
  const web = url !== null && (url.protocol === 'http:' || url.protocol === 'https:');
  if (!web || url.username !== '' || url.password !== '' || url.search !== '' || url.hash !== '')
    throw new BoothError(
      'CONFIG_INVALID',
      `${name} is no plain web address. Give one such as http://127.0.0.1:8000/v1, without name, password or query; a key goes into ${key}.`,
    );
  return url;
}

/** An endless answer ends as an error, not as full memory. */
function boundedFetch(longest: number): typeof fetch {
  return async (input, init) => {
    const response = await fetch(input, init);
    if (response.body === null) return response;
    let bytes = 0;
    const bounded = new TransformStream<Uint8Array, Uint8Array>({
      transform(chunk, controller) {
        bytes += chunk.byteLength;
        if (bytes > longest) controller.error(new RangeError(`more than ${longest} bytes came`));
        else controller.enqueue(chunk);
      },
    });
    const { status, statusText, headers } = response;
    return new Response(response.body.pipeThrough(bounded), { status, statusText, headers });
  };
}
