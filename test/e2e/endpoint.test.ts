import { lastValueFrom, toArray } from 'rxjs';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { openBooth } from '../../src/booth.js';
import { makeConfig } from '../../src/config.js';
import { type ChatServer, chatServer, refuses, says } from '../vlm/openai/server.js';
import { TINY } from '../vlm/tiny.js';

let server: ChatServer;
beforeAll(async () => {
  server = await chatServer();
});
afterAll(() => server.close());
afterEach(() => vi.unstubAllEnvs());

/** Twenty seconds of ffmpeg's test picture, annotated by the server's model. */
async function annotate(vlm: Record<string, unknown>, stop = new AbortController()) {
  vi.stubEnv('OPENAI_BASE_URL', server.url);
  vi.stubEnv('OPENAI_API_KEY', undefined);
  const warnings: string[] = [];
  const config = makeConfig({ vlm: { model: 'openai:seer', ...vlm }, endpoint: { maxRpm: 0 } });
  const booth = await openBooth({
    input: 'lavfi:testsrc2=size=320x180:rate=10:duration=20',
    mode: 'offline',
    config,
    signal: stop.signal,
    onWarning: ({ message }) => warnings.push(message),
  });
  const outcomes: string[] = [];
  booth.ticks.subscribe(({ outcome }) => outcomes.push(outcome));
  try {
    const cues = lastValueFrom(booth.cues.pipe(toArray()));
    await booth.run();
    return { cues: await cues, outcomes, warnings };
  } finally {
    await booth.close();
  }
}

describe('a booth with a model at an endpoint', () => {
  it('comments by it, cleans its words and feeds them back', async () => {
    let looks = 0;
    server.otherwise = (response, request) => {
      looks += 1;
      const line = looks === 2 ? null : `Number ${looks} of\n the\u202e <b>circles</b> and\u0007 squares.`;
      return says(line)(response, request);
    };
    const { cues, warnings } = await annotate({});
    const final = cues.filter((cue) => cue.final && cue.end > cue.start);
    expect(final.length).toBeGreaterThan(1);
    expect(final.map(({ model }) => new Set([model]))).toEqual(final.map(() => new Set(['seer'])));
    for (const { text } of final) expect(text).toMatch(/^Number \d of the <b>circles<\/b> and ?squares\.$/);
    expect(final[0]?.frames).toEqual([0, 1]);
    expect(JSON.stringify(server.requests.at(-1))).toContain(
      'Said so far, oldest first:\\n- Number 1 of the',
    );
    expect(warnings).toEqual([]);
  });

  it('loses no clip while the endpoint is down and has a fallback', async () => {
    server.otherwise = refuses(500, 'down');
    const { outcomes, warnings } = await annotate({ fallback: TINY, threads: 1 });
    expect(outcomes.length).toBeGreaterThan(10);
    expect(outcomes).not.toContain('dropped');
    expect(warnings).toEqual([expect.stringMatching(/500: down.* speaks until seer answers again/)]);
  });

  it('fails with the last error when the endpoint refuses every look, though the gate was closed in between', async () => {
    server.otherwise = refuses(400, 'no pictures');
    await expect(annotate({})).rejects.toMatchObject({
      code: 'INFERENCE_FAILED',
      policy: 'fatal',
      message: expect.stringMatching(
        /^Nothing could be seen .* looks failed\. The last error: .*\(400: no pictures\)/,
      ),
    });
  });

  it('does not fail for what it could not see before it was interrupted', async () => {
    const stop = new AbortController();
    server.replies.push(refuses(500, 'down'));
    server.otherwise = (response, request) => {
      stop.abort();
      return refuses(500, 'down')(response, request);
    };
    const { outcomes } = await annotate({}, stop);
    expect(outcomes[0]).toBe('dropped');
    expect(stop.signal.aborted).toBe(true);
  });

  it('succeeds without captions when nothing was worth saying, though some looks failed', async () => {
    server.replies.push(refuses(500, 'down'));
    server.otherwise = says(null);
    const { cues, warnings } = await annotate({});
    expect(cues).toEqual([]);
    expect(warnings).toEqual([expect.stringContaining('500: down')]);
  });
});
