import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BoothError, messageOf } from '../errors.js';
import { jpegReader } from './jpeg.js';

/** Bytes of a socket's path, on macOS; Linux has a few more (unix(7)). */
const LONGEST_PATH = 103;

/** A way for ffmpeg's second output: a Unix socket, for fluent-ffmpeg has one stream out only. */
export interface StillsSocket {
  /** What ffmpeg is told to write to. */
  readonly url: string;
  close(): Promise<void>;
}

/**
 * Listens in a new folder that only this user can enter. Always reads on, so that ffmpeg never waits for it.
 * Raises PREVIEW_FAILED where the folder for temporary files takes no socket.
 */
export async function listenForStills(onJpeg: (jpeg: Uint8Array) => void): Promise<StillsSocket> {
  let folder: string | null = null;
  try {
    folder = await mkdtemp(join(tmpdir(), 'booth-'));
    return await listenIn(folder, onJpeg);
  } catch (cause) {
    if (folder !== null) await rm(folder, { recursive: true, force: true });
    const what = `The page stays without pictures: ${tmpdir()} takes no socket (${messageOf(cause)}).`;
    const advice = 'Set TMPDIR to a folder that can be written, of at most 80 characters.';
    throw new BoothError('PREVIEW_FAILED', `${what} ${advice}`, { cause });
  }
}

async function listenIn(folder: string, onJpeg: (jpeg: Uint8Array) => void): Promise<StillsSocket> {
  const path = join(folder, 'stills.sock');
  // Node would cut it off, and listen somewhere else.
  if (Buffer.byteLength(path) > LONGEST_PATH) throw new Error(`${path} is too long`);
  const server = createServer((socket) => {
    const read = jpegReader();
    socket.on('error', () => socket.destroy());
    socket.on('data', (chunk) => {
      const jpeg = read(chunk);
      if (jpeg !== null) onJpeg(jpeg);
    });
  });
  server.listen(path);
  await once(server, 'listening');
  const close = async () => {
    server.close();
    await rm(folder, { recursive: true, force: true });
  };
  return { url: `unix:${path}`, close };
}
