import { createHash } from 'node:crypto';

/** Names a text prompt: the first 12 hex digits of its SHA-256 in UTF-8. Pixels have no part in it. */
export function promptHash(text: string): string {
  return createHash('sha256').update(text, 'utf8').digest('hex').slice(0, 12);
}
