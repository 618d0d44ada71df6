import { once } from 'node:events';
import { Subject } from 'rxjs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { makeConfig } from '../../src/config.js';
import { BoothError } from '../../src/errors.js';
import type { Cue } from '../../src/media/cue.js';
import type { Utterance } from '../../src/media/utterance.js';
import { type ChannelServer, startChannelServer } from '../../src/server/http.js';
import { ABOUT, cueOf, TestClient, utteranceOf } from './harness.js';

const { server: config } = makeConfig({ server: { port: 0 } });
const captions = { vtt: (cues: readonly Cue[]) => `WEBVTT ${cues.length}`, srt: () => '' };

let server: ChannelServer;
beforeEach(async () => {
  server = await startChannelServer(config, ['north', 'south', 'lost']);
});
afterEach(() => server.close());

function open(name: string) {
  const inputs = { cues: new Subject<Cue>(), utterances: new Subject<Utterance>() };
  const about = { ...ABOUT, channel: name, title: `${name}.mp4` };
  const programme = server.open(name, { config, about, captions, channels: [{ ...about, ...inputs }] });
  return { ...inputs, programme };
}

const get = (path: string) => fetch(`${server.url}${path}`, { redirect: 'manual' });
const listed = async () => ((await (await get('/channels.json')).json()) as { channels: object[] }).channels;
const client = (path: string) => new TestClient(new WebSocket(`${server.url.replace('http', 'ws')}${path}`));
const cue = (channel: string, seq: number) =>
  cueOf(seq, { channel, id: `${channel}-${seq}`, text: `${channel} ${seq}` });

describe('several programmes on one server', () => {
  it('have a page each, and a list of all, from before they are on', async () => {
    expect(await (await get('/')).text()).toContain('board.js');
    expect(await (await get('/north/')).text()).toContain('main.js');
    expect((await get('/north/main.js')).status).toBe(200);
    const answer = await get('/north');
    expect([answer.status, answer.headers.get('location')]).toEqual([302, 'north/']);
    for (const path of ['/west', '/west/', '/west/main.js', '/north/nothing.js', '/north/..%2fboard.ts'])
      expect((await get(path)).status, path).toBeGreaterThanOrEqual(400);
  });

  it('tell apart what is said on each: feed, files and voices', async () => {
    const [north, south] = [open('north'), open('south')];
    using listener = client('/south/feed');
    const hello = await listener.first('hello');
    expect(hello).toMatchObject({ board: '/', about: { title: 'south.mp4', channel: 'south' } });
    listener.send({ type: 'subscribe', since: -1 });
    await listener.first('subscribed');
    north.cues.next(cue('north', 0));
    south.cues.next(cue('south', 0));
    south.cues.next(cue('south', 1));
    expect((await listener.cuesTo(1)).map(({ text }) => text)).toEqual(['south 0', 'south 1']);
    expect(await (await get('/north/captions.vtt')).text()).toBe('WEBVTT 1');
    expect(await (await get('/south/captions.vtt')).text()).toBe('WEBVTT 2');
    south.utterances.next(utteranceOf(cue('south', 1)));
    const { url } = await listener.first('voice');
    expect(url).toBe('/south/voice/south-1.wav');
    expect((await get(url)).headers.get('content-type')).toBe('audio/wav');
    expect((await get('/north/voice/south-1.wav')).status).toBe(404);
    expect(south.programme.url).toBe(`${server.url}/south`);
    expect([north.programme.subscribers(), south.programme.subscribers()]).toEqual([0, 1]);
  });

  it('are listed with their state, languages and newest line', async () => {
    const north = open('north');
    const south = open('south');
    north.cues.next(cue('north', 0));
    north.cues.next(cueOf(1, { channel: 'north', text: 'not yet', final: false }));
    south.cues.error(new BoothError('SOURCE_STALLED', 'nothing comes'));
    server.fail('lost', 'INPUT_NOT_FOUND');
    expect(await listed()).toEqual([
      { name: 'north', state: 'onair', title: 'north.mp4', langs: ['en'], line: 'north 0', code: null },
      { name: 'south', state: 'ended', title: 'south.mp4', langs: ['en'], line: null, code: null },
      { name: 'lost', state: 'failed', title: null, langs: [], line: null, code: 'INPUT_NOT_FOUND' },
    ]);
  });

  it('can be asked for what was said when they are over', async () => {
    const { cues, programme } = open('north');
    cues.next(cue('north', 0));
    cues.complete();
    await programme.close();
    using late = client('/north/feed');
    await late.first('hello');
    late.send({ type: 'subscribe', since: -1 });
    expect(await late.first('end')).toMatchObject({ reason: 'completed' });
    expect(await (await get('/north/captions.vtt')).text()).toBe('WEBVTT 1');
  });

  it('are not there before they are on: the page asks again', async () => {
    const early = new WebSocket(`${server.url.replace('http', 'ws')}/north/feed`);
    const [, refusal] = await once(early, 'unexpected-response');
    expect(refusal.statusCode).toBe(404);
    expect((await get('/north/captions.vtt')).status).toBe(404);
    open('north');
    using now = client('/north/feed');
    await now.first('hello');
  });

  it('have the names that were given, each once', () => {
    open('north');
    expect(() => open('north')).toThrow(TypeError);
    expect(() => open('west')).toThrow(/no place for a programme "west"/);
  });
});
