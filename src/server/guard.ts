import { isIP } from 'node:net';

interface Heads {
  readonly host?: string | undefined;
  readonly origin?: string | undefined;
}

/** True when only this machine can reach the address. */
export function isLoopback(host: string): boolean {
  const name = host.replace(/^\[|\]$/g, '').toLowerCase();
  return name === 'localhost' || name === '::1' || (isIP(name) === 4 && name.startsWith('127.'));
}

/**
 * Against DNS rebinding: a server on loopback answers only to names of loopback, because a page elsewhere can
 * give its own name the address 127.0.0.1. A server that is open to the network answers to any name.
 */
export function hostAllowed(listensOn: string, { host }: Heads): boolean {
  if (!isLoopback(listensOn)) return true;
  const url = parse(`http://${host ?? ''}`);
  return url !== null && isLoopback(url.hostname);
}

/**
 * Browsers let any page open a WebSocket anywhere, so the server looks at where the page came from:
 * none (no browser), the server itself, or, for a server on loopback, another page of this machine.
 */
export function originAllowed(listensOn: string, { host, origin }: Heads): boolean {
  if (origin === undefined) return true;
  const url = parse(origin);
  if (url === null) return false;
  return url.host === host?.toLowerCase() || (isLoopback(listensOn) && isLoopback(url.hostname));
}

function parse(address: string): URL | null {
  return URL.canParse(address) ? new URL(address) : null;
}
