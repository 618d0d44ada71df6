import { once } from 'node:events';
import { inspect } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DEFAULTS } from '../../src/config.js';
import { parseWav } from '../../src/media/wav.js';
import { findTts } from '../../src/speech/find-tts.js';
import { openOpenAiSpeech } from '../../src/speech/openai.js';
import type { Tts } from '../../src/speech/tts.js';
import { ManualTime } from '../vlm/openai/server.js';
import { tone } from './fakes.js';
import { refuses, SPEECH_KEY, type SpeechServer, sends, speechServer } from './speech-server.js';

let server: SpeechServer;
beforeEach(async () => {
  server = await speechServer();
});
afterEach(() => server.close());

function open(settings: Partial<Parameters<typeof openOpenAiSpeech>[0]> = {}) {
  const time = new ManualTime();
  const environment = { OPENAI_BASE_URL: server.url, OPENAI_API_KEY: SPEECH_KEY };
  return { time, tts: openOpenAiSpeech({ ...DEFAULTS.speech, ...settings }, { environment, ...time }) };
}

/** Lets time pass whenever somebody waits for more than the limits of a line. */
async function untilTimer(time: ManualTime, timers: number): Promise<void> {
  while (time.timers < timers) await new Promise((turn) => setImmediate(turn));
}

describe('the speech endpoint', () => {
  it('is asked with the line as a string of a JSON body', async () => {
    const { tts } = open();
    await tts.synthesise('A "quoted" line; $(rm -rf /) \\ 红队', 'en');
    expect(server.requests).toHaveLength(1);
    expect(server.requests[0]).toMatchObject({
      path: '/v1/audio/speech',
      headers: { authorization: `Bearer ${SPEECH_KEY}` },
      body: {
        model: 'gpt-4o-mini-tts',
        voice: 'alloy',
        input: 'A "quoted" line; rm -rf / 红队',
        response_format: 'wav',
      },
    });
    expect(server.requests[0]?.body).not.toHaveProperty('speed');
  });

  it('gives each speaker a voice and a speed', async () => {
    const cast = [
      { speaker: 'Alex', rate: 1.2, timbre: 'low' },
      { speaker: 'Sam', rate: 1, timbre: 'high' },
    ] as const;
    const { tts } = open({ cast, endpointVoices: ['one', 'two'] });
    for (const speaker of ['Sam', 'Alex', 'Nobody', null])
      await tts.synthesise('A line.', 'en', undefined, speaker);
    expect(server.requests.map(({ body }) => [body.voice, body.speed])).toEqual([
      ['two', undefined],
      ['one', 1.2],
      ['one', 1.2],
      ['one', 1.2],
    ]);
  });

  it('reads raw sound by its type, and files whose header tells a length that is not there', async () => {
    const { tts } = open();
    const wav = tone(1, 24_000);
    server.replies.push(
      sends(wav.slice(44), 'audio/pcm'),
      sends(tone(1, 16_000).slice(44), 'audio/L16; rate=16000; channels=1'),
    );
    const streamed = tone(1, 24_000);
    new DataView(streamed.buffer).setUint32(40, 0xffffffff, true);
    server.replies.push(sends(streamed));
    for (const rate of [24_000, 16_000, 24_000]) {
      const speech = await tts.synthesise('A line.', 'en');
      expect([speech.sampleRateHz, Math.round(speech.duration)]).toEqual([rate, 1]);
      expect(parseWav(speech.wav)?.samples.length).toBe(Math.round(speech.duration * rate));
    }
  });

  it.each([
    [
      'what is no sound',
      sends(new TextEncoder().encode('{"ok":true}'), 'application/json'),
      /gave no WAV file/,
    ],
    ['nothing', sends(new Uint8Array()), /gave no WAV file/],
    ['an answer without end', sends(new Uint8Array(9 * 1024 * 1024)), /more than 8388608 bytes came/],
    [
      'a refused key',
      refuses(401, `bad key ${SPEECH_KEY}`),
      /401: bad key \[key\]; set OPENAI_API_KEY to a key/,
    ],
    [
      'an unknown voice',
      refuses(400, 'no voice alloy'),
      /400: no voice alloy; check speech\.endpointModel, speech\.endpointVoices/,
    ],
  ])('fails the line for %s, tells why, and asks no second time', async (_, reply, expected) => {
    const { tts } = open();
    server.replies.push(reply);
    const error: unknown = await tts.synthesise('A line.', 'en').catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({
      code: 'SPEECH_FAILED',
      message: expect.stringMatching(expected) as string,
    });
    expect(inspect(error, { depth: 9 })).not.toContain(SPEECH_KEY);
    expect(server.requests).toHaveLength(1);
  });

  it('asks again after a short refusal, as long as the server wants, and speaks', async () => {
    const { tts, time } = open();
    server.replies.push(refuses(429, 'slow down', { 'retry-after': '2' }), refuses(503, 'busy'));
    const speech = tts.synthesise('A line.', 'en');
    // Two timers are the limits of the line; the third is the pause.
    await untilTimer(time, 3);
    time.pass(1_999);
    expect(server.requests).toHaveLength(1);
    time.pass(1);
    await untilTimer(time, 3);
    time.pass(600);
    expect((await speech).duration).toBeGreaterThan(0.5);
    expect(server.requests).toHaveLength(3);
    expect(time.timers).toBe(0);
  });

  it('gives a line up after three tries', async () => {
    const { tts, time } = open();
    server.replies.push(refuses(500, 'ill'), refuses(500, 'ill'), refuses(500, 'still ill'));
    const speech = tts.synthesise('A line.', 'en').catch((thrown: unknown) => thrown);
    await untilTimer(time, 3);
    time.pass(300);
    await untilTimer(time, 3);
    time.pass(600);
    expect(await speech).toMatchObject({
      code: 'SPEECH_FAILED',
      message: expect.stringContaining('500: still ill') as string,
    });
  });

  it('sends nothing while a pause lasts that is longer than a line has', async () => {
    const { tts, time } = open();
    server.replies.push(refuses(429, 'come back later', { 'retry-after': '60' }));
    await expect(tts.synthesise('One.', 'en')).rejects.toThrow('429: come back later');
    await expect(tts.synthesise('Two.', 'en')).rejects.toThrow(
      'it asked for a pause; nothing is sent to it for 60 s',
    );
    expect(server.requests).toHaveLength(1);
    time.pass(60_000);
    await expect(tts.synthesise('Three.', 'en')).resolves.toBeDefined();
  });

  it('gives up a server that stalls, by the clock, and ends the connection', async () => {
    const { tts, time } = open();
    let closed: Promise<unknown> = Promise.resolve();
    const asked = new Promise<void>((resolve) => {
      server.replies.push((response) => {
        response.writeHead(200, { 'content-type': 'audio/wav' }).write(tone(1).slice(0, 100));
        closed = once(response, 'close');
        resolve();
      });
    });
    const speech = tts.synthesise('A line.', 'en').catch((thrown: unknown) => thrown);
    await asked;
    time.pass(8_000);
    expect(await speech).toMatchObject({
      code: 'SPEECH_FAILED',
      message: expect.stringContaining('took longer than 8000 ms; raise speech.timeoutMs') as string,
    });
    await closed;
  });

  it('ends the request of a line that is cancelled, and those under way when it closes', async () => {
    const { tts } = open();
    for (const how of ['abort', 'close'] as const) {
      const abort = new AbortController();
      const gone = new Promise<unknown>((resolve) => {
        server.replies.push(async (response) => {
          const closing = once(response, 'close');
          if (how === 'abort') abort.abort(new Error('changed my mind'));
          else await tts.close();
          resolve(closing);
        });
      });
      const speech = tts.synthesise('A line.', 'en', abort.signal);
      if (how === 'abort') await expect(speech).rejects.toThrow('changed my mind');
      else await expect(speech).rejects.toMatchObject({ code: 'SPEECH_FAILED' });
      await gone;
    }
  });

  it('says what to do where nobody answers', async () => {
    const gone = await speechServer();
    await gone.close();
    const environment = { OPENAI_BASE_URL: gone.url };
    const tts = openOpenAiSpeech(DEFAULTS.speech, { environment });
    await expect(tts.synthesise('A line.', 'en')).rejects.toThrow(
      /ECONNREFUSED.*is OPENAI_BASE_URL right\?/s,
    );
  });
});

describe('the speech endpoint, read as it speaks', () => {
  const wav = tone(1, 24_000);
  /** Sends the beginning and hands over what is left to do. */
  function beginning(bytes: number, type = 'audio/wav') {
    return new Promise<{ rest(): void; drop(): void; closed: Promise<unknown> }>((resolve) => {
      server.replies.push((response) => {
        const closed = once(response, 'close');
        const whole = type === 'audio/wav' ? wav : wav.slice(44);
        response.writeHead(200, { 'content-type': type }).write(whole.slice(0, bytes));
        resolve({
          rest: () => response.end(whole.slice(bytes)),
          drop: () => response.destroy(),
          closed,
        });
      });
    });
  }
  const streamed = async (tts: Tts, signal?: AbortSignal) => {
    const sound = await tts.stream?.('A line.', 'en', signal);
    if (sound === undefined) throw new Error('this engine has no stream');
    return { ...sound, pcm: sound.pcm[Symbol.asyncIterator]() };
  };
  const drained = async (pcm: AsyncIterator<Uint8Array>) => {
    const pieces: Uint8Array[] = [];
    for (let piece = await pcm.next(); !piece.done; piece = await pcm.next()) pieces.push(piece.value);
    return Buffer.concat(pieces);
  };

  it.each([
    ['audio/wav', 44 + 1_001],
    ['audio/pcm', 1_001],
  ])('is heard before the rest is there, to the sample (%s)', async (type, bytes) => {
    const { tts, time } = open();
    const begun = beginning(bytes, type);
    const sound = await streamed(tts);
    expect(sound.sampleRateHz).toBe(24_000);
    const first = await sound.pcm.next();
    expect(first.value).toHaveLength(1_000);
    (await begun).rest();
    const all = Buffer.concat([first.value as Uint8Array, await drained(sound.pcm)]);
    expect(all.equals(wav.subarray(44))).toBe(true);
    expect(time.timers).toBe(0);
  });

  it('mixes several channels down once all is there', async () => {
    const stereo = Uint8Array.from([...wav.slice(0, 44), ...wav.slice(44)]);
    new DataView(stereo.buffer).setUint16(22, 2, true);
    server.replies.push(sends(stereo));
    const { pcm } = await streamed(open().tts);
    expect(await drained(pcm)).toHaveLength((wav.length - 44) / 2);
  });

  it('fails a line that stalls, is dropped, or has no end, in the middle of it', async () => {
    for (const [how, expected] of [
      ['stall', 'took longer than 8000 ms; raise speech.timeoutMs'],
      ['drop', 'could not say "A line."'],
    ] as const) {
      const { tts, time } = open();
      const begun = beginning(5_000);
      const { pcm } = await streamed(tts);
      const { drop, closed } = await begun;
      const ending = drained(pcm).catch((thrown: unknown) => thrown);
      await new Promise((turn) => setImmediate(turn));
      if (how === 'stall') time.pass(8_000);
      else drop();
      expect(await ending).toMatchObject({
        code: 'SPEECH_FAILED',
        message: expect.stringContaining(expected) as string,
      });
      await closed;
      expect(time.timers).toBe(0);
    }
    const { tts } = open();
    server.replies.push(sends(new Uint8Array(9 * 1024 * 1024), 'audio/pcm'));
    const { pcm } = await streamed(tts);
    await expect(drained(pcm)).rejects.toThrow(/more than 8388608 bytes came/);
  });

  it('ends the request of what is no sound, and does not wait for the rest', async () => {
    const { tts } = open();
    const closed = new Promise<unknown>((resolve) => {
      server.replies.push((response) => {
        resolve(once(response, 'close'));
        response.writeHead(200, { 'content-type': 'audio/mpeg' }).write(new Uint8Array(9_000).fill(0xff));
      });
    });
    await expect(streamed(tts)).rejects.toThrow(/gave no WAV file/);
    await closed;
  });

  it('goes on for as long as sound comes, and ends the request when it is cancelled', async () => {
    const { tts, time } = open();
    const abort = new AbortController();
    const begun = beginning(5_000);
    const { pcm } = await streamed(tts, abort.signal);
    const { closed } = await begun;
    const ending = drained(pcm).catch((thrown: unknown) => thrown);
    abort.abort(new Error('a goal cuts in'));
    expect(await ending).toMatchObject({ message: 'a goal cuts in' });
    await closed;
    expect(time.timers).toBe(0);
  });

  it.each([
    ['what is no sound', sends(new TextEncoder().encode('{"ok":true}')), /gave no WAV file/],
    ['a refused key', refuses(401, `bad key ${SPEECH_KEY}`), /401: bad key \[key\]/],
  ])('fails at the start for %s', async (_, reply, expected) => {
    const { tts, time } = open();
    server.replies.push(reply);
    const error: unknown = await streamed(tts).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({
      code: 'SPEECH_FAILED',
      message: expect.stringMatching(expected) as string,
    });
    expect(inspect(error, { depth: 9 })).not.toContain(SPEECH_KEY);
    expect(time.timers).toBe(0);
  });
});

describe('the account for speech', () => {
  it('is that of the chat, or one of its own, whose server never gets the key of the chat', async () => {
    const environment = {
      OPENAI_BASE_URL: 'http://127.0.0.1:9/v1',
      OPENAI_API_KEY: 'sk-of-the-chat',
      OPENAI_SPEECH_BASE_URL: server.url,
    };
    await openOpenAiSpeech(DEFAULTS.speech, { environment }).synthesise('A line.', 'en');
    expect(JSON.stringify(server.requests[0]?.headers)).not.toContain('sk-of-the-chat');
  });

  it.each([
    [{}, /OpenAI wants a key for speech\. Set OPENAI_API_KEY, or OPENAI_BASE_URL/],
    [{ OPENAI_SPEECH_BASE_URL: 'ftp://x' }, /OPENAI_SPEECH_BASE_URL is no plain web address/],
  ])('is refused at the start for %j', (environment, expected) => {
    expect(() => openOpenAiSpeech(DEFAULTS.speech, { environment })).toThrow(
      expect.objectContaining({ code: 'CONFIG_INVALID', message: expect.stringMatching(expected) as string }),
    );
  });

  it('is used only where it is asked for', async () => {
    const tts = await findTts({ ...DEFAULTS.speech, engine: 'auto' }, 'en');
    expect(tts?.name).not.toBe('openai');
    await tts?.close();
  });
});
