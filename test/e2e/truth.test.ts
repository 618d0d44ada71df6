import { fileURLToPath } from 'node:url';
import { lastValueFrom, toArray } from 'rxjs';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { openBooth } from '../../src/booth.js';
import { memoryLines } from '../../src/cli/terminal.js';
import { makeConfig } from '../../src/config.js';
import { type ChatServer, chatServer, says } from '../vlm/openai/server.js';

const ROSTER = fileURLToPath(new URL('../../samples/roster.yaml', import.meta.url));

let server: ChatServer;
beforeAll(async () => {
  server = await chatServer();
});
afterAll(() => server.close());
afterEach(() => vi.unstubAllEnvs());

/** Half a minute of ffmpeg's test picture, commentated in these lines, one a look. */
async function hear(lines: readonly string[], commentator: Record<string, unknown>) {
  vi.stubEnv('OPENAI_BASE_URL', server.url);
  vi.stubEnv('OPENAI_API_KEY', undefined);
  let looks = 0;
  server.otherwise = (response, request) => says(lines[looks++] ?? null)(response, request);
  const config = makeConfig({ vlm: { model: 'openai:seer' }, endpoint: { maxRpm: 0 }, commentator });
  const booth = await openBooth({
    input: 'lavfi:testsrc2=size=320x180:rate=4:duration=30',
    mode: 'offline',
    config,
  });
  try {
    const cues = lastValueFrom(booth.cues.pipe(toArray()));
    const memories = lastValueFrom(booth.recollections.pipe(toArray()));
    const { tracks } = await booth.run();
    const final = (await cues).filter((cue) => cue.final && cue.end > cue.start);
    return { cues: final, memories: await memories, stats: tracks[0]?.stats, looks };
  } finally {
    await booth.close();
  }
}

describe('a booth with a roster', () => {
  it('tells the model who plays, names nobody else, and holds back what cannot be', async () => {
    const { cues, memories, stats } = await hear(
      [
        'Goal by Luis Prado! Rovers lead one nil.',
        'Mohamed Salah shoots from distance!',
        'Goal for Green!',
        'Quay Athletic lead one nil.',
        'Corner for Quay Athletic.',
      ],
      { roster: ROSTER, gate: 'off' },
    );
    expect(cues.map(({ text }) => text)).toEqual([
      'Goal by Luis Prado! Rovers lead one nil.',
      'A player shoots from distance!',
      'Corner for Quay Athletic.',
    ]);
    for (const { prompt, model } of cues) {
      expect(prompt).toMatch(/^[0-9a-f]{12}$/);
      expect(model).toBe('seer');
    }
    expect(stats?.drops).toMatchObject({ contradiction: 2, name: 0 });
    const asked = JSON.stringify(server.requests.at(-1));
    expect(asked).toContain('9 Luis Prado (forward)');
    expect(asked).toContain('Score: Ardley Rovers 1–0.');
    expect(memories.at(-1)?.recent).toHaveLength(3);
    expect(memoryLines(memories[0]!)).toEqual([
      '        remembers  the last line',
      expect.stringMatching(
        /^ {8}facts {6}Score: Ardley Rovers 1–0\. Last event: goal \(Ardley Rovers\), 0 s ago\.$/,
      ),
    ]);
  });
});

describe('what a booth remembers', () => {
  it('is told once after each line, also where the line has cut another', async () => {
    const { cues, memories } = await hear(
      ['Nothing much goes on here, and nobody in the whole wide ground seems to mind that.', 'Goal for Red!'],
      { gate: 'off' },
    );
    expect(cues.map(({ text }) => text)).toContain('Goal for Red!');
    expect(memories.map(({ at, recent }) => [at, recent.length])).toEqual([
      [cues[0]?.start, 1],
      [cues.at(-1)?.start, 2],
    ]);
  });
});

describe('a booth with a model that would always talk', () => {
  it('asks it only when it is time to speak', async () => {
    const lines = Array.from({ length: 40 }, (_, index) => `Circle ${index} moves to the left again.`);
    const gated = await hear(lines, { density: 0.3 });
    const free = await hear(lines, { gate: 'off' });
    expect(free.looks).toBe(15);
    expect(gated.looks).toBeLessThan(8);
    expect(gated.looks).toBeGreaterThan(1);
    expect(gated.stats?.silences).toBe(15 - gated.looks);
    const gaps = gated.cues.slice(1).map(({ start }, index) => start - (gated.cues[index]?.end ?? 0));
    expect(Math.min(...gaps)).toBeGreaterThan(0.6);
  });
});
