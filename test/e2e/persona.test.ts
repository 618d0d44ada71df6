import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { openBooth } from '../../src/booth.js';
import { makeConfig } from '../../src/config.js';
import { cueSchema } from '../../src/media/cue-schema.js';
import { type ChatRequest, type ChatServer, chatServer, chunk, DONE, streams } from '../vlm/openai/server.js';
import { TINY } from '../vlm/tiny.js';

let server: ChatServer;
let folder: string;
beforeAll(async () => {
  server = await chatServer();
  folder = await mkdtemp(join(tmpdir(), 'booth-duo-'));
});
afterAll(async () => {
  await server.close();
  await rm(folder, { recursive: true });
});
afterEach(() => vi.unstubAllEnvs());

async function annotate(vlm: Record<string, unknown>, commentator: Record<string, unknown>, seconds = 8) {
  vi.stubEnv('OPENAI_BASE_URL', server.url);
  vi.stubEnv('OPENAI_API_KEY', undefined);
  const warnings: string[] = [];
  const booth = await openBooth({
    input: `lavfi:testsrc2=size=320x180:rate=10:duration=${seconds}`,
    mode: 'offline',
    config: makeConfig({ vlm, endpoint: { maxRpm: 0 }, commentator }),
    captions: { dir: folder, base: 'duo', formats: ['vtt', 'srt', 'jsonl'] },
    onWarning: ({ message }) => warnings.push(message),
  });
  try {
    await booth.run();
  } finally {
    await booth.close();
  }
  const [vtt, srt, jsonl] = await Promise.all(
    ['vtt', 'srt', 'jsonl'].map((format) => readFile(join(folder, `duo.${format}`), 'utf8')),
  );
  const lines = (jsonl ?? '').split('\n').filter((line) => line !== '');
  return { vtt, srt, cues: lines.map((line) => cueSchema.parse(JSON.parse(line))), warnings };
}

const systemOf = ({ messages }: ChatRequest) => String(messages[0]?.content);

describe('a booth with a duo', { timeout: 120_000 }, () => {
  it('lets the second speak in calm spells, who thinks first, and marks both in the files', async () => {
    let looks = 0;
    server.otherwise = (response, request) => {
      looks += 1;
      const analyst = systemOf(request).includes('You are Sam.');
      const line = analyst ? `They like it on the ${looks}th wing.` : `A square moves to place ${looks}.`;
      const answer = analyst
        ? { observe: 'A square.', analyse: 'It moved.', reason: 'It matters.', conclude: line }
        : { say: looks % 2 === 0 ? null : line };
      return streams(chunk(JSON.stringify(answer)), chunk(null, 'stop'), DONE)(response, request);
    };
    const { vtt, srt, cues, warnings } = await annotate({ model: 'openai:seer' }, { persona: 'duo' }, 40);
    expect(warnings).toEqual([]);
    const [alex, sam] = ['Alex', 'Sam'].map((name) => cues.filter(({ speaker }) => speaker === name));
    expect(alex!.length + sam!.length).toBe(cues.length);
    expect(alex!.length).toBeGreaterThan(2);
    expect(sam!.length).toBeGreaterThan(2);
    for (const { text, reasoning } of alex!)
      expect([text, reasoning]).toEqual([expect.stringMatching(/^A square/), null]);
    for (const { text, reasoning } of sam!)
      expect(reasoning).toEqual({
        observe: 'A square.',
        analyse: 'It moved.',
        reason: 'It matters.',
        conclude: text,
      });
    expect(vtt).toContain('<v Alex>A square moves');
    expect(vtt).toContain('<v Sam>They like it');
    expect(srt).toContain('\nSam: They like it');
    expect(
      server.requests.some((request) => systemOf(request).includes('Alex has just said: "A square moves')),
    ).toBe(true);
  });

  it('is one voice with a model that was trained for its own, and the user is told once', async () => {
    const { cues, warnings } = await annotate(
      { model: TINY, threads: 1 },
      { persona: 'duo', minConfidence: 0 },
    );
    expect(cues.every(({ speaker }) => speaker === null)).toBe(true);
    expect(warnings.filter((warning) => warning.includes('cannot play two'))).toHaveLength(1);
  });
});
