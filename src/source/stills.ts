import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { jpegReader } from './jpeg.js';

/** A way for ffmpeg's second output: a Unix socket, for fluent-ffmpeg has one stream out only. */
export interface StillsSocket {
  /** What ffmpeg is told to write to. */
  readonly url: string;
  close(): Promise<void>;
}

/** Listens in a new folder that only this user can enter. Always reads on, so that ffmpeg never waits for it. */
export async function listenForStills(onJpeg: (jpeg: Uint8Array) => void): Promise<StillsSocket> {
  const folder = await mkdtemp(join(tmpdir(), 'booth-'));
  const path = join(folder, 'stills.sock');
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
