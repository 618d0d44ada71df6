import { once } from 'node:events';
import { Readable } from 'node:stream';

/** ffprobe's own `probesize`: it decides on no more than that. */
const HEAD_BYTES = 5_000_000;

/** A stream whose first bytes were read in advance. */
export interface Peeked {
  readonly head: Uint8Array;
  /** The stream from its first byte. It can be had once. */
  readonly whole: Readable;
}

/**
 * Reads the head of a stream that cannot be rewound: until it is long enough to tell the format, the stream
 * ends, or `patienceMs` have passed since its first bytes (a slow live stream on standard input).
 */
export async function peek(stream: Readable, patienceMs: number): Promise<Peeked> {
  const chunks: Buffer[] = [];
  const ended = once(stream, 'end').then(() => false);
  let patience: Promise<boolean> | undefined;
  let timer: NodeJS.Timeout | undefined;
  for (let bytes = 0; bytes < HEAD_BYTES && !stream.readableEnded; ) {
    const chunk: Buffer | null = stream.read();
    if (chunk !== null) {
      chunks.push(chunk);
      bytes += chunk.length;
      patience ??= new Promise((resolve) => {
        timer = setTimeout(() => resolve(false), patienceMs);
      });
      continue;
    }
    const readable = once(stream, 'readable').then(() => true);
    if (!(await Promise.race([readable, ended, ...(patience ? [patience] : [])]))) break;
  }
  clearTimeout(timer);
  const head = Buffer.concat(chunks);
  return { head, whole: Readable.from(headThenRest(head, stream), { objectMode: false }) };
}

async function* headThenRest(head: Buffer, rest: Readable): AsyncGenerator<Buffer> {
  if (head.length > 0) yield head;
  if (!rest.readableEnded) yield* rest;
}
