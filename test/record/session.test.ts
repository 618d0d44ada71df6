import { appendFileSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { BoothError } from '../../src/errors.js';
import { readSession } from '../../src/record/reader.js';
import { RecentClips } from '../../src/record/recall.js';
import type { SessionClip, SessionLine } from '../../src/record/schema.js';
import { SessionWriter } from '../../src/record/writer.js';
import { fc } from '../support/fc.js';
import { collect } from '../support/media.js';

const HEADER: SessionLine = {
  kind: 'session',
  version: 1,
  booth: '0.1.0',
  node: 'v20.0.0',
  startedAt: '2026-01-01T00:00:00.000Z',
  live: true,
  langs: ['en'],
  config: {},
  persona: {},
  roster: null,
  model: {},
};

let folder: string;
let count = 0;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'booth-session-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function write(lines: readonly SessionLine[], maxBytes?: number): { dir: string; warnings: BoothError[] } {
  const dir = join(folder, String(count++));
  const warnings: BoothError[] = [];
  const onWarning = (error: BoothError) => warnings.push(error);
  const writer = new SessionWriter(dir, { onWarning, ...(maxBytes && { maxBytes }) });
  for (const line of lines) writer.write(line);
  writer.close();
  return { dir, warnings };
}

const file = (dir: string) => join(dir, 'session.jsonl');

function sessionOf(text: string): string {
  const { dir } = write([]);
  writeFileSync(file(dir), text);
  return dir;
}

const time = fc.double({ min: 0, max: 1e7, noNaN: true, noDefaultInfinity: true }).map((at) => at + 0);
const text = fc.string({ unit: 'grapheme', maxLength: 60 });
const channel = fc.constantFrom('main', 'en', 'zh');
const line: fc.Arbitrary<SessionLine> = fc.oneof(
  fc.record({ kind: fc.constant('ended' as const), at: time, channel }),
  fc.record({ kind: fc.constant('warning' as const), at: time, code: text, message: text }),
  fc.record({
    kind: fc.constant('lost' as const),
    at: time,
    channel,
    reason: fc.constant('speech' as const),
  }),
  fc.record({
    kind: fc.constant('clip' as const),
    at: time,
    fate: fc.constantFrom('look' as const, 'overload' as const, 'skip' as const),
    seq: fc.nat(),
    start: time,
    end: time,
    capturedAt: time,
    change: time,
    sceneCut: fc.boolean(),
    frames: fc.array(fc.tuple(fc.nat(), time, time), { maxLength: 4 }),
  }),
  fc.record({
    kind: fc.constant('remark' as const),
    at: time,
    channel,
    clip: fc.nat(),
    remark: fc.record({
      kind: fc.constant('line' as const),
      text,
      final: fc.boolean(),
      speaker: fc.option(text),
      reasoning: fc.constant(null),
      confidence: time,
      saidAt: time,
      model: text,
      prompt: text,
    }),
  }),
);

describe('a session', () => {
  it('comes back as it was written', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(line, { maxLength: 20 }), async (lines) => {
        const { dir } = write([HEADER, ...lines]);
        expect(await collect(readSession(dir))).toEqual([HEADER, ...lines]);
      }),
      { numRuns: 60 },
    );
  });

  it('that was cut anywhere loses its last line at most', async () => {
    const cut = fc.double({ min: 0, max: 1, noNaN: true });
    await fc.assert(
      fc.asyncProperty(fc.array(line, { minLength: 1, maxLength: 6 }), cut, async (lines, share) => {
        const { dir } = write([HEADER, ...lines]);
        const bytes = readFileSync(file(dir));
        const headerBytes = bytes.indexOf('\n') + 1;
        const length = headerBytes + Math.floor(share * (bytes.length - headerBytes));
        truncateSync(file(dir), length);
        const whole = bytes.subarray(0, length).toString().split('\n').length - 1;
        const read = await collect(readSession(dir));
        expect(read.slice(0, whole)).toEqual([HEADER, ...lines].slice(0, whole));
        expect(read.length - whole).toBeLessThanOrEqual(1);
      }),
      { numRuns: 60 },
    );
  });

  it.each([
    ['empty', '', 'the file is empty'],
    ['no JSON', 'match\n', 'Line 1'],
    ['of another format', '{"kind":"cue"}\n', 'Line 1'],
    ['of a later version', `${JSON.stringify({ ...HEADER, version: 2 })}\n`, 'version'],
    ['without a header', '{"kind":"end","at":1}\n', 'the first line must be the header'],
    ['with two headers', `${JSON.stringify(HEADER)}\n${JSON.stringify(HEADER)}\n`, 'a second header'],
    [
      'with a broken line inside',
      `${JSON.stringify(HEADER)}\n{"kind":"en\n{"kind":"end","at":1}\n`,
      'Line 2',
    ],
    ['with an unknown line', `${JSON.stringify(HEADER)}\n{"kind":"pixels","at":1}\n`, 'Line 2'],
    ['with a hole of zeros', `${JSON.stringify(HEADER)}\n${'\0'.repeat(64)}\n`, 'Line 2'],
  ])('that is %s is refused by name', async (_, content, why) => {
    await expect(collect(readSession(sessionOf(content)))).rejects.toMatchObject({
      code: 'SESSION_INVALID',
      message: expect.stringContaining(why) as string,
    });
  });

  it('that is not there is refused by name', async () => {
    const reading = collect(readSession(join(folder, 'nowhere')));
    await expect(reading).rejects.toMatchObject({ code: 'SESSION_INVALID' });
    await expect(reading).rejects.toThrow('it is not there');
  });

  it('with an endless line is refused before it fills the memory', async () => {
    const { dir } = write([HEADER]);
    for (let part = 0; part < 40; part += 1) appendFileSync(file(dir), 'x'.repeat(65_536));
    await expect(collect(readSession(dir))).rejects.toThrow('the line is too long');
  });
});

describe('SessionWriter', () => {
  it('never writes over a recording', () => {
    const { dir } = write([HEADER]);
    expect(() => new SessionWriter(dir, { onWarning: () => {} })).toThrow('a recording is never overwritten');
  });

  it('ends at its limit with a warning, and what it wrote can be read', async () => {
    const lines = Array.from({ length: 50 }, (_, at): SessionLine => ({ kind: 'end', at }));
    const { dir, warnings } = write([HEADER, ...lines], 400);
    expect(warnings.map(({ code, policy }) => [code, policy])).toEqual([['RECORD_UNWRITABLE', 'skip']]);
    const read = await collect(readSession(dir));
    expect(read).toEqual([HEADER, ...lines].slice(0, read.length));
    expect(readFileSync(file(dir)).length).toBeLessThanOrEqual(400);
    expect(read.length).toBeGreaterThan(1);
  });

  it('says what is wrong with a folder that cannot be', () => {
    const { dir } = write([HEADER]);
    const inAFile = () => new SessionWriter(join(file(dir), 'inside'), { onWarning: () => {} });
    expect(inAFile).toThrow('choose another folder with --record');
  });
});

describe('the clips of a session', () => {
  const clip = (seq: number, fate: SessionClip['fate']): SessionClip => ({
    kind: 'clip',
    at: 0,
    fate,
    seq,
    start: seq,
    end: seq + 0.5,
    capturedAt: 0,
    change: 0,
    sceneCut: false,
    frames: [[seq, seq, 0]],
  });

  it('know the one that is looked at, however many go by meanwhile, and no more than they must', () => {
    const clips = new RecentClips();
    clips.add(clip(0, 'look'));
    for (let seq = 1; seq < 100; seq += 1) expect(clips.add(clip(seq, 'overload'))).toEqual([seq]);
    expect(clips.get(0)).toMatchObject({ seq: 0 });
    for (let seq = 100; seq < 110; seq += 1) clips.add(clip(seq, 'look'));
    expect(clips.get(0)).toBe(undefined);
  });
});
