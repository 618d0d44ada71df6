import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type ChatServer, chatServer, clip, context, lineOf, openAt, refuses } from './server.js';

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
