import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { withFallback } from '../../../src/vlm/fallback.js';
import {
  type ChatServer,
  chatServer,
  chunk,
  clip,
  collect,
  context,
  event,
  lineOf,
  openAt,
  refuses,
  says,
  streams,
} from './server.js';

const MINUTE = 60_000;
const LINE = 'A pass to the left.';

let server: ChatServer;
beforeEach(async () => {
  server = await chatServer();
});
afterEach(() => server.close());

describe('a limit of a session that has time', () => {
  it('of requests a minute is waited out, and told once', async () => {
    const { vlm, time, warnings } = await openAt(server.url, { maxRpm: 2 });
    const session = await vlm.open();
    const look = () => lineOf(session.look(clip(0), context));
    for (let minute = 1; minute <= 3; minute += 1) {
      await expect(look()).resolves.toBe(LINE);
      await expect(look()).resolves.toBe(LINE);
      const third = look();
      await time.waitedFor(MINUTE);
      expect(server.requests).toHaveLength(3 * minute - 1);
      time.pass(MINUTE);
      await expect(third).resolves.toBe(LINE);
      time.pass(MINUTE);
    }
    expect(warnings.map(({ message }) => message)).toEqual([
      `endpoint.maxRpm: 2 requests were sent to ${server.url} within a minute; nothing is sent to it for 60 s. The video waits.`,
    ]);
  });

  it('that the server sets is waited out, and the same look is sent again', async () => {
    const { vlm, time, warnings } = await openAt(server.url);
    const session = await vlm.open();
    server.replies.push(refuses(429, 'slow down', { 'retry-after': '20' }), refuses(429, 'still'));
    const line = lineOf(session.look(clip(3), context));
    await time.waitedFor(20_000);
    time.pass(20_000);
    await time.waitedFor(1_000);
    time.pass(1_000);
    await expect(line).resolves.toBe(LINE);
    const [first, ...again] = server.requests;
    expect(again).toEqual([first, first]);
    expect(warnings).toHaveLength(1);
  });

  it.each(['0', 'Thu, 01 Jan 1970 00:00:00 GMT'])(
    'is a pause of our own where the server names a time that is over: %s',
    async (after) => {
      const { vlm, time } = await openAt(server.url);
      server.replies.push(refuses(429, 'slow down', { 'retry-after': after }));
      const line = lineOf((await vlm.open()).look(clip(3), context));
      await time.waitedFor(1_000);
      time.pass(1_000);
      await expect(line).resolves.toBe(LINE);
    },
  );

  it('ends the run where the server lets nothing through for ten minutes', async () => {
    const { vlm, time } = await openAt(server.url, { maxRpm: 0 });
    server.otherwise = refuses(429, 'insufficient_quota', { 'retry-after': '150' });
    const line = lineOf((await vlm.open()).look(clip(0), context));
    const ended = expect(line).rejects.toMatchObject({
      code: 'INFERENCE_FAILED',
      policy: 'fatal',
      message: expect.stringMatching(/asked for a pause.* 10 minutes at most.* --fallback/),
    });
    for (let wait = 0; wait < 4; wait += 1) {
      await time.waitedFor(150_000);
      time.pass(150_000);
    }
    await ended;
  });

  it('ends the run at once where the server asks for more', async () => {
    const { vlm } = await openAt(server.url);
    server.replies.push(refuses(429, 'come back tomorrow', { 'retry-after': '86400' }));
    await expect(lineOf((await vlm.open()).look(clip(0), context))).rejects.toMatchObject({
      policy: 'fatal',
    });
    expect(server.requests).toHaveLength(1);
  });

  it('of dollars ends the run, and says what to do', async () => {
    const prices = { usdPerMillionInputTokens: 1_000, usdPerMillionOutputTokens: 1_000 };
    // A look is billed as 1,020 tokens: $1.02.
    const { vlm } = await openAt(server.url, { maxUsd: 3, ...prices });
    const session = await vlm.open();
    const look = () => lineOf(session.look(clip(0), context));
    await look();
    await look();
    await expect(look()).rejects.toMatchObject({
      policy: 'fatal',
      message: expect.stringMatching(/the \$3 of this hour.* kept\. Raise --max-usd, or .*--fallback/),
    });
    expect(server.requests).toHaveLength(2);
  });

  it.each(['abort', 'close the session', 'close the model'])(
    'is waited for no longer after: %s',
    async (how) => {
      const { vlm, time } = await openAt(server.url, { maxRpm: 1 });
      const session = await vlm.open();
      await lineOf(session.look(clip(0), context));
      const abort = new AbortController();
      const line = lineOf(session.look(clip(1), context, abort.signal));
      await time.waitedFor(MINUTE);
      if (how === 'abort') abort.abort();
      else await (how === 'close the model' ? vlm : session).close();
      await expect(line).resolves.toBeNull();
      expect([time.timers, server.requests.length]).toEqual([0, 1]);
    },
  );
});

describe('an outage of a session that has time', () => {
  const ill = () => refuses(500, 'ill');
  /** A session whose first look has failed: that may be an accident. */
  async function afterAccident() {
    // No patience is as long as a rest, so that a timer tells which of them it is.
    const opened = await openAt(server.url, { maxRpm: 0, stallTimeoutMs: 7_000 });
    const session = await opened.vlm.open();
    server.replies.push(ill());
    await expect(lineOf(session.look(clip(0), context))).rejects.toMatchObject({ policy: 'skip' });
    return { ...opened, session };
  }

  it('is waited out in longer and longer rests, told once, and loses no look but the first', async () => {
    const { session, time, warnings } = await afterAccident();
    server.replies.push(ill(), ill(), (response) => response.destroy());
    const line = lineOf(session.look(clip(1), context));
    for (const rest of [2_000, 4_000, 8_000]) {
      await time.waitedFor(rest);
      time.pass(rest);
    }
    await expect(line).resolves.toBe(LINE);
    const [, second, ...again] = server.requests;
    expect(again).toEqual([second, second, second]);
    await expect(lineOf(session.look(clip(2), context))).resolves.toBe(LINE);
    expect(warnings.map(({ message }) => message)).toEqual([
      `${server.url} refused a look (500: ill). It failed again; the video waits until it answers, for 10 minutes at most.`,
      `${server.url} answers again.`,
    ]);
  });

  it('is one where the server hears and never answers', async () => {
    const { session, time, warnings } = await afterAccident();
    const heard = new Promise<void>((resolve) => server.replies.push(() => resolve()));
    const line = lineOf(session.look(clip(1), context));
    await heard;
    time.pass(7_000);
    await time.waitedFor(2_000);
    time.pass(2_000);
    await expect(line).resolves.toBe(LINE);
    expect(warnings[0]).toMatchObject({ code: 'INFERENCE_TIMEOUT' });
  });

  it('of ten minutes ends the run with what failed', async () => {
    const { session, time } = await afterAccident();
    server.otherwise = ill();
    const ended = expect(lineOf(session.look(clip(1), context))).rejects.toMatchObject({
      code: 'INFERENCE_FAILED',
      policy: 'fatal',
      message: expect.stringMatching(/\(500: ill\)\. It has failed .* 10 minutes\. .* kept\. .* --fallback/),
    });
    const rests = [2, 4, 8, 16, 32, ...Array<number>(8).fill(60)].map((seconds) => 1_000 * seconds);
    for (const rest of rests) {
      await time.waitedFor(rest);
      time.pass(rest);
    }
    await ended;
    expect(time.clock.now()).toBe(542_000);
  });

  it.each([
    ['refuses', refuses(400, 'too dark')],
    ['gives no end to', streams(chunk('{"say":"A pa'))],
  ])('is none where the server %s one look after the other: each is lost at once', async (_, reply) => {
    const { session, time, warnings } = await afterAccident();
    server.otherwise = reply;
    for (let seq = 1; seq < 5; seq += 1)
      await expect(lineOf(session.look(clip(seq), context))).rejects.toMatchObject({ policy: 'skip' });
    expect([server.requests.length, time.timers, warnings]).toEqual([5, 0, []]);
  });

  it('is waited out after a line that broke off, which is lost', async () => {
    const { session, time } = await afterAccident();
    const half = chunk('{"say":"A pa');
    server.replies.push(streams(half, event({ error: { message: 'CUDA out of memory' } })));
    await expect(lineOf(session.look(clip(1), context))).rejects.toThrow('CUDA');
    const next = lineOf(session.look(clip(2), context));
    await time.waitedFor(2_000);
    expect(server.requests).toHaveLength(2);
    time.pass(2_000);
    await expect(next).resolves.toBe(LINE);
  });

  it.each(['abort', 'close the session', 'close the model'])(
    'is waited for no longer after: %s',
    async (how) => {
      const { vlm, session, time } = await afterAccident();
      server.otherwise = ill();
      const abort = new AbortController();
      const line = lineOf(session.look(clip(1), context, abort.signal));
      await time.waitedFor(2_000);
      if (how === 'abort') abort.abort();
      else await (how === 'close the model' ? vlm : session).close();
      await expect(line).resolves.toBeNull();
      expect([time.timers, server.requests.length]).toEqual([0, 2]);
    },
  );

  it('is not waited out where a fallback takes over: it gets every clip at once', async () => {
    const { vlm, time } = await openAt(server.url, { maxRpm: 0 }, { backed: true });
    const { vlm: near } = await openAt(server.url, { maxRpm: 0 }, { model: 'near' });
    const session = await withFallback(vlm, near, { onWarning: () => {}, ...time }).open();
    server.otherwise = (response, request) => {
      const reply = request.model === 'near' ? says(LINE) : ill();
      return reply(response, request);
    };
    for (let seq = 0; seq < 4; seq += 1) {
      const last = (await collect(session.look(clip(seq), context))).at(-1);
      expect(last).toMatchObject({ kind: 'end', model: 'near', text: LINE });
    }
    expect(time.timers).toBe(0);
  });
});
