import { once } from 'node:events';
import { connect } from 'node:net';
import { describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import type { Frame } from '../../src/media/frame.js';
import { cueOf, greeted, socketUrl, subscribed, type TestBooth, testBooth } from './harness.js';

/** The HTTP status that answers an upgrade. */
async function upgradeStatus(booth: TestBooth, path: string, headers: Record<string, string> = {}) {
  const socket = new WebSocket(socketUrl(booth, path), { headers });
  const status = await Promise.race([
    once(socket, 'open').then(() => 101),
    once(socket, 'unexpected-response').then(([, response]) => response.statusCode as number),
  ]);
  socket.on('error', () => {});
  socket.terminate();
  return status;
}

async function health(booth: TestBooth): Promise<{ refusals: unknown; subscribers: number }> {
  return (await fetch(`${booth.server.url}/healthz`)).json() as Promise<never>;
}

function frameOf(pts: number, width: number, height: number, value: number): Frame {
  const pixels = new Uint8Array(width * height * 3).fill(value);
  return { index: 0, pts, capturedAt: 0, width, height, pixels };
}

describe('a client of the feed', () => {
  it.each([
    ['no JSON', 'hello'],
    ['no object', '7'],
    ['another type', '{"type":"publish"}'],
    ['an unknown field', '{"type":"subscribe","admin":true}'],
    ['a since that is no seq', '{"type":"subscribe","since":-2}'],
    ['an unknown topic', '{"type":"subscribe","topics":["pictures"]}'],
    ['another channel', '{"type":"subscribe","channels":["main","private"]}'],
  ])('is closed with 1008 and told why when it sends %s', async (_, text) => {
    await using booth = await testBooth();
    using client = await greeted(booth);
    client.socket.send(text);
    const { code, reason } = await client.closed();
    expect(code).toBe(1008);
    expect(reason).not.toBe('');
    expect((await health(booth)).refusals).toMatchObject({ invalid: 1 });
  });

  it('is closed with 1008 when it sends bytes', async () => {
    await using booth = await testBooth();
    using client = await greeted(booth);
    client.socket.send(Buffer.from('{"type":"subscribe"}'), { binary: true });
    expect((await client.closed()).code).toBe(1008);
  });

  it('is closed with 1009 when its message is too long', async () => {
    await using booth = await testBooth({ maxPayloadBytes: 64 });
    using client = await greeted(booth);
    client.send({ type: 'subscribe', channels: ['x'.repeat(80)] });
    expect((await client.closed()).code).toBe(1009);
  });

  it('is closed with 1013 when it reads too slowly, and the others are not kept waiting', async () => {
    await using booth = await testBooth({ maxBufferedBytes: 1_024 });
    using slow = await subscribed(booth);
    using quick = await subscribed(booth);
    slow.socket.pause();
    const closed = slow.closed();
    const text = 'x'.repeat(200_000);
    let seq = 0;
    while (booth.server.subscribers() === 2) {
      booth.cues.next(cueOf(seq, { text }));
      await quick.cuesTo(seq);
      seq += 1;
    }
    expect((await health(booth)).refusals).toMatchObject({ slow: 1 });
    slow.socket.resume();
    expect((await closed).code).toBe(1013);
    booth.cues.next(cueOf(seq));
    expect((await quick.cuesTo(seq)).map((cue) => cue.seq)).toEqual(
      Array.from({ length: seq + 1 }, (_, i) => i),
    );
  });

  it('is closed with 1013 when it asks for everything again and again and reads nothing', async () => {
    await using booth = await testBooth({ maxBufferedBytes: 1_024 });
    for (let seq = 0; seq < 10; seq += 1) booth.cues.next(cueOf(seq, { text: 'x'.repeat(200_000) }));
    using greedy = await greeted(booth);
    greedy.socket.pause();
    const closed = greedy.closed();
    for (let time = 0; time < 100; time += 1) greedy.send({ type: 'subscribe', since: -1 });
    using other = await greeted(booth);
    while (booth.server.subscribers() === 2) {
      other.send({ type: 'subscribe' });
      await other.first('subscribed');
      await new Promise(setImmediate);
    }
    expect((await health(booth)).refusals).toMatchObject({ slow: 1 });
    greedy.socket.resume();
    expect((await closed).code).toBe(1013);
  });

  it('is closed with 1013 when it leaves a ping unanswered', async () => {
    await using booth = await testBooth();
    using silent = await greeted(booth, { autoPong: false });
    using awake = await greeted(booth);
    booth.pings.next();
    await Promise.all([once(silent.socket, 'ping'), once(awake.socket, 'ping')]);
    // The answer is on its way before this message, and the server reads in order.
    awake.send({ type: 'subscribe' });
    await awake.first('subscribed');
    booth.pings.next();
    expect((await silent.closed()).code).toBe(1013);
    expect(booth.server.subscribers()).toBe(1);
  });

  it('is closed with 1001 when the booth closes', async () => {
    const booth = await testBooth();
    using client = await greeted(booth);
    const [{ code }] = await Promise.all([client.closed(), booth.server.close()]);
    expect(code).toBe(1001);
  });

  it('is gone from the count when its connection breaks', async () => {
    await using booth = await testBooth();
    using stays = await subscribed(booth);
    const leaving = await subscribed(booth);
    expect(booth.server.subscribers()).toBe(2);
    leaving.socket.terminate();
    await leaving.closed();
    let seq = 0;
    while (booth.server.subscribers() === 2) {
      booth.cues.next(cueOf(seq));
      await stays.cuesTo(seq);
      seq += 1;
    }
    expect(booth.server.subscribers()).toBe(1);
  });
});

describe('an upgrade', () => {
  it('is refused with 503 when there are too many, and welcome when one has left', async () => {
    await using booth = await testBooth({ maxSubscribers: 1 });
    const first = await greeted(booth);
    expect(await upgradeStatus(booth, '/feed')).toBe(503);
    expect(await upgradeStatus(booth, '/picture')).toBe(101);
    expect((await health(booth)).refusals).toMatchObject({ full: 1 });
    first.socket.close();
    await first.closed();
    expect(await upgradeStatus(booth, '/feed')).toBe(101);
  });

  it('is refused with 404 on another path', async () => {
    await using booth = await testBooth();
    expect(await upgradeStatus(booth, '/feeds')).toBe(404);
    expect(await upgradeStatus(booth, '/')).toBe(404);
  });

  it.each([
    ['from the page itself', 'self', 101],
    ['from another server of this machine', 'http://localhost:5173', 101],
    ['from elsewhere', 'https://evil.example', 403],
    ['from a name that only looks local', 'http://localhost.evil.example', 403],
    ['from nowhere', 'null', 403],
  ])('%s is answered with the right status', async (_, origin, status) => {
    await using booth = await testBooth();
    expect(
      await upgradeStatus(booth, '/feed', { origin: origin === 'self' ? booth.server.url : origin }),
    ).toBe(status);
  });

  it('is refused with 403 under a foreign name, however it says where it comes from', async () => {
    await using booth = await testBooth();
    const headers = { host: 'evil.example', origin: 'http://evil.example' };
    expect(await upgradeStatus(booth, '/feed', headers)).toBe(403);
  });

  it('is answered behind a proxy of its own name, whether that passes Host on or not, and for no other page', async () => {
    await using booth = await testBooth({ names: ['booth.example'] });
    const origin = 'https://booth.example';
    expect(await upgradeStatus(booth, '/feed', { host: 'booth.example', origin })).toBe(101);
    expect(await upgradeStatus(booth, '/feed', { origin })).toBe(101);
    expect(
      await upgradeStatus(booth, '/feed', { host: 'booth.example', origin: 'https://evil.example' }),
    ).toBe(403);
  });

  it('that is no WebSocket handshake is refused with 400', async () => {
    await using booth = await testBooth();
    const socket = connect(booth.server.port, '127.0.0.1');
    socket.write(
      'GET /feed HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n',
    );
    const [answer] = await once(socket, 'data');
    expect(String(answer)).toMatch(/^HTTP\/1\.1 400 /);
    socket.destroy();
  });
});

describe('pictures', () => {
  const jpeg = Uint8Array.of(0xff, 0xd8, 7, 0xff, 0xd9);

  async function watch(
    booth: TestBooth,
    path: string,
  ): Promise<{ socket: WebSocket; first: Promise<Buffer> }> {
    const socket = new WebSocket(socketUrl(booth, path));
    const first = once(socket, 'message').then(([data]) => data as Buffer);
    await once(socket, 'open');
    return { socket, first };
  }

  it('are the capture time and the JPEG, the newest at once for a newcomer', async () => {
    await using booth = await testBooth();
    booth.previews.next({ capturedAt: 1_234.5, jpeg });
    const { first, socket } = await watch(booth, '/picture');
    const message = await first;
    expect(message.readDoubleBE(0)).toBe(1_234.5);
    expect([...message.subarray(8)]).toEqual([...jpeg]);
    socket.terminate();
  });

  it('are skipped for a client that is behind, who then gets the newest', async () => {
    await using booth = await testBooth();
    const { socket, first } = await watch(booth, '/picture');
    booth.previews.next({ capturedAt: 0, jpeg });
    await first;
    const seen: number[] = [];
    const caughtUp = new Promise<void>((resolve) => {
      socket.on('message', (data: Buffer) => {
        seen.push(data.readDoubleBE(0));
        if (seen.at(-1) === -1) resolve();
        else if (seen.length === 1) socket.once('pong', () => booth.previews.next({ capturedAt: -1, jpeg }));
      });
    });
    socket.pause();
    const large = new Uint8Array(1_000_000);
    for (let at = 1; at <= 200; at += 1) booth.previews.next({ capturedAt: at, jpeg: large });
    socket.resume();
    socket.ping();
    await caughtUp;
    expect(seen.length).toBeLessThan(100);
    expect(seen.slice(0, -1)).toEqual([...seen.slice(0, -1)].sort((a, b) => a - b));
    socket.terminate();
  });

  it('close a client who talks with 1008', async () => {
    await using booth = await testBooth();
    const { socket } = await watch(booth, '/picture');
    socket.send('{"type":"subscribe"}');
    expect((await once(socket, 'close'))[0]).toBe(1008);
  });

  it('of what the model saw are up to four frames, shrunk by averaging, the newest among them', async () => {
    await using booth = await testBooth();
    const { socket, first } = await watch(booth, '/seen');
    const pictures = Array.from({ length: 9 }, (_, index) => frameOf(10 + index / 4, 320, 180, index * 20));
    const report = { seq: 3, start: 10, end: 12, frames: [], outcome: 'silence', lookMs: 1 } as const;
    booth.ticks.next({ ...report, captureToCaptionMs: null, pictures });
    const message = await first;
    const [width, height] = [message.readUInt16BE(6), message.readUInt16BE(8)];
    expect([message.readUInt32BE(0), message.readUInt16BE(4), width, height]).toEqual([3, 4, 160, 90]);
    expect([0, 1, 2, 3].map((index) => message.readDoubleBE(10 + index * 8))).toEqual([10, 10.75, 11.25, 12]);
    expect(message.length).toBe(10 + 4 * 8 + 4 * 160 * 90 * 3);
    expect(message.at(-1)).toBe(160);
    socket.terminate();
  });

  it('of odd sizes are shown whole', async () => {
    await using booth = await testBooth();
    for (const [width, height] of [
      [1, 1],
      [161, 7],
      [4_000, 1],
    ] as const) {
      const { socket, first } = await watch(booth, '/seen');
      const pictures = [frameOf(0, width, height, 99)];
      booth.ticks.next({
        seq: width,
        start: 0,
        end: 0,
        frames: [0],
        outcome: 'silence',
        lookMs: 1,
        captureToCaptionMs: null,
        pictures,
      });
      let message = await first;
      if (message.readUInt32BE(0) !== width) message = (await once(socket, 'message'))[0] as Buffer;
      expect([...new Set(message.subarray(18))]).toEqual([99]);
      socket.terminate();
    }
  });
});
