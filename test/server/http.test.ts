import { once } from 'node:events';
import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type OutgoingHttpHeaders,
  request,
} from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it } from 'vitest';
import { Sound } from '../../src/media/sound.js';
import { type Pcm, parseWav, pcmDuration } from '../../src/media/wav.js';
import { hostAllowed } from '../../src/server/guard.js';
import { cueOf, silentSound, testBooth, utteranceOf } from './harness.js';

interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/** Raw HTTP: `fetch` would tidy the path and choose the Host header itself. */
async function get(port: number, path: string, headers: OutgoingHttpHeaders = {}): Promise<Answer> {
  const asking = request({ host: '127.0.0.1', port, path, headers });
  asking.end();
  const [answer] = await once(asking, 'response');
  const chunks: Buffer[] = [];
  for await (const chunk of answer) chunks.push(chunk as Buffer);
  return { status: answer.statusCode, headers: answer.headers, body: Buffer.concat(chunks) };
}

describe('the HTTP server', () => {
  it('serves the page and all that it names, with nothing inline and nothing from elsewhere', async () => {
    await using booth = await testBooth();
    const { port } = booth.server;
    const page = await get(port, '/');
    expect(page.status).toBe(200);
    expect(page.headers['content-type']).toMatch(/^text\/html/);
    expect(page.headers['content-security-policy']).toMatch(/default-src 'none'.*script-src 'self'/);
    expect(page.headers['content-security-policy']).not.toMatch(/unsafe|\*|http/);
    const html = page.body.toString();
    expect(html).not.toMatch(/<style|style="|\son\w+="|https?:\/\/(?!www\.w3\.org)/);
    const assets = [...html.matchAll(/(?:src|href)="([a-z]+\.\w+)"/g)].map((match) => match[1]);
    expect(assets).toEqual(expect.arrayContaining(['favicon.svg', 'base.css', 'main.js']));
    for (const asset of assets) expect((await get(port, `/${asset}`)).status, asset).toBe(200);
  });

  it('gives the final cues so far as caption files', async () => {
    await using booth = await testBooth();
    const { port } = booth.server;
    booth.cues.next(cueOf(0));
    booth.cues.next(cueOf(1, { final: false }));
    const vtt = await get(port, '/captions.vtt');
    expect([vtt.headers['content-type'], vtt.body.toString()]).toEqual([
      'text/vtt; charset=utf-8',
      'WEBVTT\n1',
    ]);
    expect((await get(port, '/captions.srt')).body.toString()).toBe('1');
    expect((await get(port, '/cues.jsonl')).body.toString()).toBe(`${JSON.stringify(cueOf(0))}\n`);
  });

  it('keeps the newest utterances and forgets the oldest', async () => {
    await using booth = await testBooth();
    const { port } = booth.server;
    for (let seq = 0; seq < 65; seq += 1) {
      booth.utterances.next(utteranceOf(cueOf(seq), silentSound(seq / 32)));
    }
    const newest = await get(port, '/voice/main-64.wav');
    expect(newest.headers['content-type']).toBe('audio/wav');
    expect(pcmDuration(parseWav(newest.body) as Pcm)).toBe(2);
    expect((await get(port, '/voice/main-1.wav')).status).toBe(200);
    expect((await get(port, '/voice/main-0.wav')).status).toBe(404);
  });

  it('sends an utterance that still arrives as it comes, and whole afterwards', async () => {
    await using booth = await testBooth();
    const { port } = booth.server;
    const sound = new Sound(16_000);
    sound.add(Uint8Array.of(1, 2, 3, 4));
    booth.utterances.next(utteranceOf(cueOf(0), sound));
    const asking = request({ port, path: '/voice/main-0.wav' }).end();
    const [response] = (await once(asking, 'response')) as [IncomingMessage];
    const pieces = response.iterator() as AsyncIterator<Buffer>;
    let begun = Buffer.alloc(0);
    while (begun.length < 48) begun = Buffer.concat([begun, (await pieces.next()).value as Buffer]);
    expect(begun.readUInt32LE(24)).toBe(16_000);
    expect([...begun.subarray(44)]).toEqual([1, 2, 3, 4]);
    sound.add(Uint8Array.of(5, 6));
    expect([...((await pieces.next()).value as Buffer)]).toEqual([5, 6]);
    sound.end();
    expect((await pieces.next()).done).toBe(true);
    const { headers, body } = await get(port, '/voice/main-0.wav');
    expect(headers['content-length']).toBe('50');
    expect([...(parseWav(body) as Pcm).samples]).toEqual([0x0201, 0x0403, 0x0605]);
  });

  it('forgets the oldest utterance when all together are too large', async () => {
    await using booth = await testBooth();
    for (let seq = 0; seq < 3; seq += 1) {
      booth.utterances.next(utteranceOf(cueOf(seq), silentSound(363)));
    }
    expect((await get(booth.server.port, '/voice/main-0.wav')).status).toBe(404);
    expect((await get(booth.server.port, '/voice/main-1.wav')).status).toBe(200);
  });

  it.each([
    '/../http.ts',
    '/%2e%2e/http.ts',
    '/..%2fhttp.ts',
    '/voice/..%2f..%2fetc%2fpasswd.wav',
    '/.git/config',
    '/nothing',
  ])('has nothing at %s', async (path) => {
    await using booth = await testBooth();
    const { status } = await get(booth.server.port, path);
    expect([400, 403, 404]).toContain(status);
  });

  it('says how it is', async () => {
    await using booth = await testBooth();
    booth.cues.next(cueOf(4));
    const { body } = await get(booth.server.port, '/healthz');
    expect(JSON.parse(body.toString())).toEqual({
      status: 'ok',
      subscribers: 0,
      lastSeq: 4,
      ended: false,
      refusals: { invalid: 0, slow: 0, full: 0 },
    });
  });

  it.each(['localhost', '127.0.0.1', '[::1]', 'LOCALHOST:80'])('answers to the name %s', async (host) => {
    await using booth = await testBooth();
    expect((await get(booth.server.port, '/healthz', { host })).status).toBe(200);
  });

  it.each(['evil.example', 'localhost.evil.example', '127.0.0.1.evil.example:8790', '10.0.0.1', 'a b'])(
    'does not answer to the name %s while it listens on loopback',
    async (host) => {
      await using booth = await testBooth();
      booth.cues.next(cueOf(0));
      for (const path of ['/', '/cues.jsonl']) {
        const { status, body } = await get(booth.server.port, path, { host });
        expect(status).toBe(421);
        expect(body.toString()).not.toContain('Line 0');
      }
    },
  );

  it.each([
    ['127.1', 'evil.example', 421],
    ['127.1', 'localhost', 200],
    ['localhost', 'evil.example', 421],
  ])('knows loopback by its address, on %s, asked as %s: %i', async (host, name, status) => {
    await using booth = await testBooth({ host });
    const port = booth.server.port;
    expect((await get(port, '/healthz', { host: name })).status).toBe(status);
  });

  it.each([
    ['::ffff:127.0.0.1', 'evil.example', false],
    ['127.0.1.1', 'evil.example', false],
    ['127.0.1.1', 'booth-machine:8790', true],
    ['::ffff:10.0.0.1', 'evil.example', true],
    ['10.0.0.1', 'evil.example', true],
  ])('of a machine name that stands for %s, asked as %s: %s', (address, host, allowed) => {
    expect(hostAllowed({ host: 'booth-machine', names: [], address }, { host })).toBe(allowed);
  });

  it('answers to any name when it is open to the network, and says where the page is on this machine', async () => {
    await using booth = await testBooth({ host: '0.0.0.0' });
    expect(booth.server.url).toBe(`http://localhost:${booth.server.port}`);
    expect((await get(booth.server.port, '/healthz', { host: 'booth.example' })).status).toBe(200);
  });

  it.each([
    ['0.0.0.0', 'evil.example', 421],
    ['0.0.0.0', 'Booth.example:80', 200],
    ['0.0.0.0', 'localhost', 200],
    ['127.0.0.1', 'booth.example', 200],
    ['127.0.0.1', 'evil.example', 421],
  ])('with names of its own, on %s, asked as %s: %i', async (host, name, status) => {
    await using booth = await testBooth({ host, names: ['booth.example'] });
    expect((await get(booth.server.port, '/healthz', { host: name })).status).toBe(status);
  });

  it('says what to do when the port is in use', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const { port } = other.address() as AddressInfo;
    await expect(testBooth({ port })).rejects.toMatchObject({
      code: 'CANNOT_LISTEN',
      message: expect.stringMatching(`${port}: the port is in use.*--port 0`),
    });
    other.close();
    await once(other, 'close');
  });

  it('says so when the address is not one of this machine', async () => {
    await expect(testBooth({ host: '192.0.2.1' })).rejects.toMatchObject({
      code: 'CANNOT_LISTEN',
      message: expect.stringMatching(/192\.0\.2\.1.*--host 127\.0\.0\.1/),
    });
  });

  it('closes at once, twice if asked, and leaves the port free', async () => {
    const booth = await testBooth();
    const { port } = booth.server;
    await Promise.all([booth.server.close(), booth.server.close()]);
    await using again = await testBooth({ port });
    expect(again.server.port).toBe(port);
    expect(booth.cues.observed || booth.previews.observed || booth.ticks.observed).toBe(false);
  });
});
