import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

interface MediaServer {
  run(): Promise<void>;
  stop(): Promise<void>;
  on(event: 'postPublish', listener: () => void): void;
}

const require = createRequire(import.meta.url);

/** An RTMP server on loopback, without its web console, recordings or log. */
export async function rtmpServer() {
  const NodeMediaServer = require('node-media-server') as new (config: object) => MediaServer;
  const logger = require('node-media-server/src/core/logger.js') as { log: () => void };
  logger.log = () => {};
  const folder = await mkdtemp(join(tmpdir(), 'booth-rtmp-'));
  const port = await freePort();
  const server = new NodeMediaServer({
    bind: '127.0.0.1',
    rtmp: { port },
    auth: { play: false, publish: false },
    record: { auto: false },
    store: { path: folder },
  });
  await server.run();

  const published: (() => void)[] = [];
  server.on('postPublish', () => published.shift()?.());
  const publishers = new Set<ChildProcess>();
  const url = `rtmp://127.0.0.1:${port}/live/match`;
  return {
    url,
    /** Sends a moving picture without end; resolves once the server has it. */
    publish: async (): Promise<ChildProcess> => {
      const began = new Promise<void>((resolve) => published.push(resolve));
      const picture = ['-re', '-f', 'lavfi', '-i', 'testsrc2=size=160x90:rate=25'];
      const coder = ['-c:v', 'libx264', '-preset', 'ultrafast', '-tune', 'zerolatency', '-g', '10'];
      const args = ['-v', 'error', '-nostdin', ...picture, ...coder, '-pix_fmt', 'yuv420p', '-f', 'flv', url];
      const child = spawn('ffmpeg', args, { stdio: 'ignore' });
      publishers.add(child);
      await began;
      return child;
    },
    stop: async () => {
      await Promise.all([...publishers].map(kill));
      await server.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Ends a process as a power cut would, and waits until it is gone. */
export async function kill(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, 'exit');
  child.kill('SIGKILL');
  await gone;
}

/** The server takes no port 0. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
