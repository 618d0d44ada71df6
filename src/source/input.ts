import { basename, resolve } from 'node:path';
import { BoothError } from '../errors.js';
import { HTTP_WHITELIST } from '../http-reading.js';
import { lavfiFault } from './lavfi.js';

export type InputKind = 'file' | 'stdin' | 'http' | 'rtsp' | 'rtmp' | 'udp' | 'srt' | 'webcam' | 'lavfi';

/** An input that passed the checks: what ffmpeg is told, and nothing that a user wrote besides. */
export interface Input {
  readonly kind: InputKind;
  /** What follows `-i`; for files `file:` and an absolute path, so that no path reads as an option or a protocol. */
  readonly url: string;
  /** For people: a base name, or the URL without credentials and query. */
  readonly name: string;
  /** ffmpeg's `-f`, where the URL alone does not tell the format. */
  readonly format: string | null;
  /** ffmpeg's `-protocol_whitelist`: what the input, or a playlist in it, may open. */
  readonly whitelist: readonly string[];
}

interface Scheme {
  readonly kind: InputKind;
  readonly whitelist: readonly string[];
}

const HTTP: Scheme = { kind: 'http', whitelist: HTTP_WHITELIST };
const RTSP: Scheme = { kind: 'rtsp', whitelist: ['rtsp', 'rtsps', 'rtp', 'tcp', 'udp', 'tls'] };
const RTMP: Scheme = { kind: 'rtmp', whitelist: ['rtmp', 'rtmps', 'tcp', 'tls'] };

/** Network inputs by the scheme of their URL. */
const SCHEMES: Readonly<Record<string, Scheme>> = {
  http: HTTP,
  https: HTTP,
  rtsp: RTSP,
  rtsps: RTSP,
  rtmp: RTMP,
  rtmps: RTMP,
  udp: { kind: 'udp', whitelist: ['udp'] },
  srt: { kind: 'srt', whitelist: ['srt'] },
};

/**
 * Reads what a user named as input. `protocols` is the allow list of the configuration.
 * Raises INPUT_REFUSED for whatever looks like an option, holds control characters, names a protocol that
 * is not allowed, or is a filter graph that could read files.
 */
export function parseInput(input: string, protocols: readonly string[]): Input {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is refused.
  if (/[\u0000-\u001f\u007f]/.test(input)) throw refused(input, 'it holds control characters');
  if (input.trim() === '') throw refused(input, 'it is empty; name a file, a URL or - for standard input');
  if (input === '-') return allowed(protocols, 'pipe', input, stdinInput);
  if (input.startsWith('-'))
    throw refused(input, 'it looks like an option; write ./ before a file of that name');

  const [, scheme, rest = ''] = /^([a-z][a-z0-9+.-]*):(.*)$/is.exec(input) ?? [];
  if (scheme === undefined) return allowed(protocols, 'file', input, () => fileInput(input));
  const protocol = scheme.toLowerCase();
  return allowed(protocols, protocol, input, () => {
    if (protocol === 'file') return fileInput(rest.replace(/^\/\/(?=\/)/, ''));
    if (protocol === 'v4l2') return webcamInput(input, rest);
    if (protocol === 'lavfi') return lavfiInput(input, rest);
    const network = SCHEMES[protocol];
    if (network === undefined)
      throw refused(input, `"${protocol}:" is not a way in; see the inputs in --help`);
    return networkInput(input, protocol, network);
  });
}

function allowed(protocols: readonly string[], protocol: string, input: string, make: () => Input): Input {
  if (protocols.includes(protocol)) return make();
  const hint = `allowed are ${protocols.join(', ')}; a file whose name holds a colon is written ./name`;
  throw refused(input, `the protocol "${protocol}" is not allowed (${hint})`);
}

const stdinInput = (): Input => ({
  kind: 'stdin',
  url: 'pipe:0',
  name: 'standard input',
  format: null,
  whitelist: ['pipe'],
});

function fileInput(path: string): Input {
  const whitelist = ['file', 'crypto'];
  return { kind: 'file', url: `file:${resolve(path)}`, name: basename(path), format: null, whitelist };
}

function webcamInput(input: string, device: string): Input {
  if (!/^\/dev\/video\d+$/.test(device)) throw refused(input, 'a webcam is written v4l2:/dev/video0');
  return { kind: 'webcam', url: device, name: device, format: 'v4l2', whitelist: ['file'] };
}

function lavfiInput(input: string, graph: string): Input {
  const fault = lavfiFault(graph);
  if (fault !== null) throw refused(input, fault);
  return { kind: 'lavfi', url: graph, name: graph, format: 'lavfi', whitelist: ['lavfi'] };
}

function networkInput(input: string, protocol: string, { kind, whitelist }: Scheme): Input {
  const url = parsedUrl(input);
  if (url === null || /\s/.test(input)) throw refused(input, `it is not a ${protocol}:// URL with a host`);
  const name = `${url.protocol}//${url.host}${url.pathname}`;
  return { kind, url: input, name, format: null, whitelist };
}

/** `udp://:1234` and `srt://:1234` listen on every address: ffmpeg takes them, `URL` wants a host. */
function parsedUrl(input: string): URL | null {
  const text = input.replace(/^(udp|srt):\/\/@?:/i, '$1://0.0.0.0:');
  if (!URL.canParse(text)) return null;
  const url = new URL(text);
  return url.host === '' ? null : url;
}

function refused(input: string, why: string): BoothError {
  return new BoothError(
    'INPUT_REFUSED',
    `The input ${JSON.stringify(withoutCredentials(input))} is refused: ${why}.`,
  );
}

/** True for inputs that have no end of their own: their end is a failure to recover from. */
export function endless(input: Input): boolean {
  return ['rtsp', 'rtmp', 'udp', 'srt', 'webcam'].includes(input.kind);
}

/** The query of a URL, up to the colon with which programs go on after it. */
const QUERY = /(:\/\/[^\s?"]*)\?[^\s"]*?(?=:?(?:[\s"]|$))/g;

/**
 * Hides `user:password@` and the query of URLs, which may hold a key: error messages and logs travel further
 * than the command line.
 */
export function withoutCredentials(text: string): string {
  return text.replace(/(:\/\/)[^/\s]*@/g, '$1').replace(QUERY, '$1');
}
