import { isIP, type Server } from 'node:net';
import type { ServerConfig } from '../config.js';

interface Heads {
  readonly host?: string | undefined;
  readonly origin?: string | undefined;
}

/** True when only this machine can reach the address. */
export function isLoopback(host: string): boolean {
  const name = host
    .replace(/^\[|\]$/g, '')
    .toLowerCase()
    .replace(/^::ffff:(?=\d+\.)/, '');
  return name === 'localhost' || name === '::1' || (isIP(name) === 4 && name.startsWith('127.'));
}

/** Where the server listens, and the names that it is known by to others. */
export interface Listens extends Pick<ServerConfig, 'host' | 'names'> {
  /** What `host` came to: a name, or a short form such as `127.1`, may stand for loopback. */
  readonly address: string;
}

/** To be asked once the server listens. */
export function listensOf(server: Server, { host, names }: ServerConfig): Listens {
  const bound = server.address();
  return { host, names, address: bound !== null && typeof bound === 'object' ? bound.address : host };
}

/**
 * Against DNS rebinding: a server on loopback, or one whose names are set, answers only to names of loopback and to those, because a page
 * elsewhere can give its own name the address 127.0.0.1. A server that is open to the network and has no names answers to any.
 */
export function hostAllowed(listens: Listens, { host }: Heads): boolean {
  if (answersToAny(listens)) return true;
  const url = parse(`http://${host ?? ''}`);
  return url !== null && isKnown(listens, url);
}

/**
 * Browsers let any page open a WebSocket anywhere, so the server looks at where the page came from:
 * none (no browser), the server itself, or, for one that does not answer to any name, another page of this machine or of those names.
 */
export function originAllowed(listens: Listens, { host, origin }: Heads): boolean {
  if (origin === undefined) return true;
  const url = parse(origin);
  if (url === null) return false;
  return url.host === host?.toLowerCase() || (!answersToAny(listens) && isKnown(listens, url));
}

function answersToAny({ address, names }: Listens): boolean {
  return names.length === 0 && !isLoopback(address);
}

function isKnown({ host, address, names }: Listens, { hostname }: URL): boolean {
  const known = isLoopback(address) ? [host, ...names] : names;
  return isLoopback(hostname) || known.some((name) => name.toLowerCase() === hostname);
}

function parse(address: string): URL | null {
  return URL.canParse(address) ? new URL(address) : null;
}
