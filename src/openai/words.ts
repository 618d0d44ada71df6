import type { APIError } from 'openai';
import { messageOf } from '../errors.js';

/** Characters of a server's own words that reach a message. */
const LONGEST_QUOTE = 300;

/** A server's words in one line, short, without control characters and without the key, whatever it says. */
export function quote(text: string, { hideKey }: { readonly hideKey: (text: string) => string }): string {
  const line = hideKey(text)
    .replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\s]+/gu, ' ')
    .trim();
  return line.length > LONGEST_QUOTE ? `${line.slice(0, LONGEST_QUOTE)}…` : line;
}

/** What the server said, without the status that the client puts before it; empty when it said nothing. */
export function refusal(error: APIError): string {
  const text = error.message.replace(/^\d{3} /, '');
  return text === 'status code (no body)' ? '' : text;
}

/** `Retry-After` (RFC 9110, 10.2.3: seconds or a date) or OpenAI's `retry-after-ms`, in milliseconds; `null` when neither says. */
export function retryAfterMs(headers: Headers | undefined, wallNow: number): number | null {
  const precise = headers?.get('retry-after-ms')?.trim() ?? '';
  if (/^\d+(\.\d+)?$/.test(precise)) return Number(precise);
  const text = headers?.get('retry-after')?.trim() ?? '';
  if (/^\d+(\.\d+)?$/.test(text)) return Number(text) * 1_000;
  const date = Date.parse(text);
  return Number.isNaN(date) ? null : Math.max(0, date - wallNow);
}

/** `fetch failed` says nothing; what caused it does. */
export function deepMessage(thrown: unknown): string {
  const cause = thrown instanceof Error ? thrown.cause : undefined;
  const own = messageOf(thrown).replace(/\.$/, '');
  return cause === undefined ? own : `${own} (${deepMessage(cause)})`;
}
