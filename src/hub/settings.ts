import { BoothError } from '../errors.js';

/** What a server may cost at most, and how patient Booth is with it. */
export const LIMITS = {
  redirects: 10,
  /** Of the list of a repository's files. */
  pages: 100,
  pageBytes: 16 * 1024 * 1024,
  files: 10_000,
  /** Failures in a row, without a new byte between them. */
  attempts: 6,
  /** Silence of a server after which a connection is given up. */
  stallMs: 60_000,
  backoffBaseMs: 500,
  backoffMaxMs: 30_000,
  /** The longest `Retry-After` that is waited for. */
  retryAfterMaxMs: 120_000,
} as const;

export interface HubSettings {
  readonly endpoint: URL;
  readonly token: string | null;
}

/** `HF_ENDPOINT` and `HF_TOKEN`, checked. Raises CONFIG_INVALID, and never repeats the token. */
export function hubSettings(environment: NodeJS.ProcessEnv): HubSettings {
  const { HF_ENDPOINT, HF_TOKEN } = environment;
  return { endpoint: endpointOf(HF_ENDPOINT || 'https://huggingface.co'), token: tokenOf(HF_TOKEN ?? '') };
}

/** Whether `url` may be asked: https, or plain http on this machine. */
export function isAllowed({ protocol, hostname }: URL): boolean {
  return protocol === 'https:' || (protocol === 'http:' && isLoopback(hostname));
}

function endpointOf(text: string): URL {
  const endpoint = URL.canParse(text) ? new URL(text) : null;
  if (endpoint === null || endpoint.search !== '' || endpoint.hash !== '')
    throw invalid('HF_ENDPOINT must be the address of a server, such as https://huggingface.co');
  if (endpoint.username !== '' || endpoint.password !== '')
    throw invalid('HF_ENDPOINT must not hold a user or a password: put the token into HF_TOKEN');
  if (!isAllowed(endpoint))
    throw invalid(
      `HF_ENDPOINT must be an https address, received ${endpoint.protocol}//${endpoint.host} (plain http is for loopback only)`,
    );
  return endpoint;
}

function tokenOf(text: string): string | null {
  const token = text.trim();
  if (!/^[\x21-\x7e]*$/.test(token)) throw invalid('HF_TOKEN holds characters that no token has');
  return token === '' ? null : token;
}

function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127(\.\d{1,3}){3}$/.test(hostname);
}

function invalid(fault: string): BoothError {
  return new BoothError('CONFIG_INVALID', `The environment is not valid: ${fault}.`);
}
