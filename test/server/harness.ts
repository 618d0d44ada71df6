import { once } from 'node:events';
import { Subject } from 'rxjs';
import { WebSocket } from 'ws';
import { makeConfig, type ServerConfig } from '../../src/config.js';
import type { Cue } from '../../src/media/cue.js';
import { dropCounter } from '../../src/media/drops.js';
import type { Preview } from '../../src/media/preview.js';
import { Sound } from '../../src/media/sound.js';
import type { RunStats } from '../../src/media/stats.js';
import type { TickReport } from '../../src/media/tick.js';
import type { Utterance } from '../../src/media/utterance.js';
import { type BoothServer, startServer } from '../../src/server/http.js';
import type { ChannelInput } from '../../src/server/programme.js';
import {
  type About,
  type ChannelAbout,
  type ServerMessage,
  serverMessageSchema,
} from '../../src/server/protocol.js';

/** A server whose inputs the test pushes by hand, on a free port of loopback. */
export interface TestBooth extends AsyncDisposable {
  readonly server: BoothServer;
  readonly cues: Subject<Cue>;
  readonly utterances: Subject<Utterance>;
  readonly previews: Subject<Preview>;
  readonly ticks: Subject<TickReport>;
  readonly stats: Subject<RunStats>;
  readonly pings: Subject<void>;
}

export const ABOUT: About & ChannelAbout = {
  title: 'Red v Blue',
  source: 'match.mp4',
  model: 'kickabout',
  device: 'cpu',
  lang: 'en',
  channel: 'main',
  persona: 'Play-by-play',
  voice: 'en-gb',
  live: true,
};

export async function testBooth(
  config: Partial<ServerConfig> = {},
  about: Partial<About & ChannelAbout> = {},
  more: readonly ChannelInput[] = [],
): Promise<TestBooth> {
  const inputs = {
    cues: new Subject<Cue>(),
    utterances: new Subject<Utterance>(),
    previews: new Subject<Preview>(),
    ticks: new Subject<TickReport>(),
    stats: new Subject<RunStats>(),
    pings: new Subject<void>(),
  };
  let now = 0;
  const server = await startServer({
    config: makeConfig({ server: { port: 0, ...config } }).server,
    about: { ...ABOUT, ...about },
    channels: [{ ...ABOUT, ...about, ...inputs }, ...more],
    captions: { vtt: (cues) => `WEBVTT\n${cues.length}`, srt: (cues) => `${cues.length}` },
    // Each look at the clock is a second after the one before: every tick's pictures are due.
    clock: { now: () => (now += 1_000) },
    previews: inputs.previews,
    pings: inputs.pings,
  });
  return { ...inputs, server, [Symbol.asyncDispose]: () => server.close() };
}

/** Sent when it goes on screen. */
export function cueOf(seq: number, changes: Partial<Cue> = {}): Cue {
  const { start = seq * 4 } = changes;
  return {
    seq,
    id: `main-${seq}`,
    channel: 'main',
    start,
    end: start + 3,
    text: `Line ${seq}.`,
    lang: 'en',
    speaker: null,
    final: true,
    importance: 0.3,
    frames: [Math.max(0, start - 0.25), start],
    model: 'kickabout',
    prompt: '',
    reasoning: null,
    captureToCaptionMs: 300,
    dropped: 0,
    ...changes,
  };
}

export function statsOf(changes: Partial<RunStats> = {}): RunStats {
  return {
    seconds: 10,
    frames: 100,
    ticks: 20,
    silences: 10,
    cues: 3,
    drops: dropCounter().counts(),
    captureToCaption: { p50: 300, p95: 410, max: 450, last: 305 },
    captureToAudio: null,
    voice: { begun: 0, cut: 0, late: 0, leastToSpareMs: null },
    talking: 0.5,
    restarts: 0,
    skips: 0,
    ...changes,
  };
}

export function utteranceOf(cue: Cue, sound: Sound = silentSound(1.5)): Utterance {
  return { cue, sound, voice: 'en-gb', captureToAudioMs: 540 };
}

export function silentSound(seconds: number): Sound {
  return Sound.of({ samples: new Int16Array(22_050 * seconds), sampleRateHz: 22_050 });
}

type PayloadOf<Type> = Extract<ServerMessage, { type: Type }>['payload'];

/** A client that keeps every message, and lets the test await the next ones. */
export class TestClient implements Disposable {
  readonly socket: WebSocket;
  readonly #messages: ServerMessage[] = [];
  readonly #waiters = new Set<() => void>();

  constructor(socket: WebSocket) {
    this.socket = socket;
    socket.on('message', (data) => {
      this.#messages.push(serverMessageSchema.parse(JSON.parse(data.toString())));
      for (const wake of [...this.#waiters]) wake();
    });
  }

  send(message: unknown): void {
    this.socket.send(JSON.stringify(message));
  }

  /** Every message so far, once `enough` says so. */
  async until(enough: (messages: readonly ServerMessage[]) => boolean): Promise<readonly ServerMessage[]> {
    while (!enough(this.#messages)) {
      await new Promise<void>((resolve) => {
        const wake = () => {
          this.#waiters.delete(wake);
          resolve();
        };
        this.#waiters.add(wake);
      });
    }
    return [...this.#messages];
  }

  /** The first message of a type, when it has come. */
  async first<Type extends ServerMessage['type']>(type: Type): Promise<PayloadOf<Type>> {
    const messages = await this.until((all) => all.some((message) => message.type === type));
    return messages.find((message) => message.type === type)!.payload as PayloadOf<Type>;
  }

  /** The cues that came, in order, once the cue `seq` has come in its final form. */
  async cuesTo(seq: number): Promise<readonly Cue[]> {
    const messages = await this.until((all) =>
      all.some(({ type, payload }) => type === 'cue' && payload.seq === seq && payload.final),
    );
    return messages.flatMap((message) => (message.type === 'cue' ? [message.payload] : []));
  }

  async closed(): Promise<{ code: number; reason: string }> {
    const [code, reason] = (await once(this.socket, 'close')) as [number, Buffer];
    return { code, reason: reason.toString() };
  }

  [Symbol.dispose](): void {
    this.socket.terminate();
  }
}

/** A client of the feed that has been greeted. */
export async function greeted(booth: TestBooth, options: { autoPong?: boolean } = {}): Promise<TestClient> {
  const client = new TestClient(new WebSocket(socketUrl(booth, '/feed'), options));
  await client.first('hello');
  return client;
}

/** A client of the feed whose subscription is in force. */
export async function subscribed(booth: TestBooth, subscribe: object = {}): Promise<TestClient> {
  const client = await greeted(booth);
  client.send({ type: 'subscribe', ...subscribe });
  await client.first('subscribed');
  return client;
}

export function socketUrl(booth: TestBooth, path: string): string {
  return `${booth.server.url.replace('http', 'ws')}${path}`;
}
