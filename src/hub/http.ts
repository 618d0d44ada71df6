import { BoothError, messageOf } from '../errors.js';
import { type Patience, Transient, unlessStalled } from './retry.js';
import { type HubSettings, isAllowed, LIMITS } from './settings.js';

/**
 * Asks the hub for `url` and follows redirects. The token goes to the endpoint's own origin alone. Gives answers of
 * status 200, 206 and 416. Raises `Transient` where another try may help, else MODEL_DOWNLOAD_FAILED.
 */
export async function get(
  url: URL,
  headers: Readonly<Record<string, string>>,
  settings: HubSettings,
  patience: Patience,
): Promise<Response> {
  let at = url;
  for (let hop = 0; hop <= LIMITS.redirects; hop++) {
    const response = await ask(at, headers, settings, patience);
    if ([200, 206, 416].includes(response.status)) return response;
    await response.body?.cancel();
    if (![301, 302, 303, 307, 308].includes(response.status)) throw refusal(response, at, settings);
    at = redirected(at, response.headers.get('location'));
  }
  throw failed(`${shown(url)} leads through more than ${LIMITS.redirects} redirects`);
}

/** Reads a body chunk by chunk. Raises `Transient` when it breaks off or stalls. */
export async function* chunksOf(response: Response, patience: Patience): AsyncGenerator<Uint8Array> {
  const reader = response.body?.getReader();
  if (reader === undefined) return;
  try {
    for (;;) {
      const { done, value } = await unlessStalled(broken(reader.read(), patience), patience);
      if (done) return;
      yield value;
    }
  } finally {
    await reader.cancel().catch(() => {});
  }
}

/** An address for messages: without the query, where signed addresses keep their secrets. */
export function shown({ origin, pathname }: URL): string {
  return `${origin}${pathname}`;
}

export function failed(fault: string, cause?: unknown): BoothError {
  return new BoothError('MODEL_DOWNLOAD_FAILED', `${fault}.`, { cause });
}

async function ask(
  url: URL,
  headers: Readonly<Record<string, string>>,
  { endpoint, token }: HubSettings,
  patience: Patience,
): Promise<Response> {
  const own = token !== null && url.origin === endpoint.origin;
  const request = new AbortController();
  const answer = fetch(url, {
    redirect: 'manual',
    signal: AbortSignal.any([patience.signal, request.signal]),
    // A compressed body could be neither resumed nor counted.
    headers: { 'accept-encoding': 'identity', ...headers, ...(own && { authorization: `Bearer ${token}` }) },
  });
  try {
    return await unlessStalled(broken(answer, patience), patience);
  } catch (thrown) {
    request.abort();
    throw thrown;
  }
}

/** What undici throws, as what it means. */
async function broken<Value>(work: Promise<Value>, { signal }: Patience): Promise<Value> {
  try {
    return await work;
  } catch (thrown) {
    signal.throwIfAborted();
    const cause = thrown instanceof Error && thrown.cause instanceof Error ? thrown.cause : thrown;
    const code = cause instanceof Error ? ((cause as NodeJS.ErrnoException).code ?? '') : '';
    if (/CERT|SELF_SIGNED|UNABLE_TO_|ERR_TLS/.test(code))
      throw failed(`The server's certificate is not trusted: ${messageOf(cause)}`, thrown);
    throw new Transient(`the connection failed (${messageOf(cause)})`, { cause: thrown });
  }
}

function redirected(from: URL, location: string | null): URL {
  if (location === null || !URL.canParse(location, from.href))
    throw failed(`${shown(from)} redirects to nowhere`);
  const to = new URL(location, from);
  const downgrade = from.protocol === 'https:' && to.protocol !== 'https:';
  if (!isAllowed(to) || downgrade)
    throw failed(`${shown(from)} redirects to ${to.protocol}//${to.host}, which is not https`);
  return to;
}

function refusal({ status, headers }: Response, url: URL, { token }: HubSettings): Error {
  if (status === 408 || status === 429 || status >= 500)
    return new Transient(`the server answered ${status}`, { retryAfterMs: retryAfterMs(headers) });
  if (status === 401 || status === 403) {
    const advice =
      token === null ? 'set HF_TOKEN to a token that may read it' : 'the token in HF_TOKEN may not read it';
    return failed(
      `${shown(url)} was refused (${status}): there is no such repository, or it is private or asks for its terms to be accepted on its page; ${advice}`,
    );
  }
  if (status === 404)
    return failed(`${shown(url)} does not exist (404): check the repository and --revision`);
  return failed(`${shown(url)} was answered with ${status}`);
}

/** Seconds, or a date (RFC 9110, section 10.2.3). */
function retryAfterMs(headers: Headers): number | null {
  const text = headers.get('retry-after')?.trim() ?? '';
  if (/^\d+$/.test(text)) return Number(text) * 1000;
  const date = Date.parse(text);
  return Number.isNaN(date) ? null : Math.max(0, date - Date.now());
}
