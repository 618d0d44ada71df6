import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { from, lastValueFrom, toArray } from 'rxjs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openCommentary } from '../src/commentary.js';
import { openMatch } from '../src/commentator/match.js';
import { makeConfig } from '../src/config.js';
import type { Clip } from '../src/media/clip.js';
import type { Cue } from '../src/media/cue.js';
import type { Remark } from '../src/media/remark.js';
import { Meter } from '../src/meter.js';
import { loadPersona } from '../src/personas/load-persona.js';
import { openRecording } from '../src/recording.js';
import { replay } from '../src/replay.js';
import { line, partial, silence } from './commentator/support.js';

const MODEL = {
  name: 'test',
  family: 'test',
  device: 'cpu',
  dtype: 'fp32',
  input: { width: 1, height: 1, fps: 4, framesPerClip: 2 },
  languages: ['en', 'zh'],
  takesInstructions: false,
};

/** Lines that are said, held back, cut by a goal, broken off; silences; and a clip that nobody looked at. */
const REMARKS: readonly Remark[] = [
  silence(0.25),
  partial(0.75, 'Red pass'),
  line(0.75, 'Red pass it around in midfield.'),
  line(1.25, 'Red pass it around in midfield.'),
  line(2, 'Blue look for a way through.', { confidence: 0.1 }),
  partial(3, 'Corner'),
  silence(3.5),
  line(4, 'Corner for Red.'),
  line(4.5, 'Goal for Red!'),
  line(5, '红队进球！一比零领先！'),
];

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'booth-replay-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** A live run's commentary, on a clock that never stands still, recorded. */
async function recordRun(): Promise<{ cues: Cue[]; meter: Meter }> {
  const config = makeConfig();
  const persona = await loadPersona('play-by-play');
  let now = 0;
  const clock = { now: () => (now += 0.37) };
  const shared = { live: true, config, persona, roster: null, clock };
  const warn = { onWarning: () => {} };
  const recording = openRecording({ ...shared, ...warn, dir: folder, langs: ['en'], model: MODEL });
  recording.input({ name: 'match.mp4', live: true, duration: null, width: 1, height: 1, hasAudio: false });
  const meter = new Meter();
  const match = await openMatch(config.commentator, null, []);
  const commentary = openCommentary({ ...shared, match, meter, onLine: recording.onLine });
  function* heard(): Generator<Remark> {
    let seq = -1;
    for (const remark of REMARKS) {
      if (remark.clip.seq !== seq) {
        seq = remark.clip.seq;
        now = Math.max(now, remark.clip.capturedAt + 90);
        const clip = clipOf(remark);
        recording.clip('look', clip);
        for (const frame of clip.frames) meter.frame(frame);
        commentary.context(clip);
      }
      yield remark;
    }
    recording.clip('overload', clipOf(silence(6)));
    for (const frame of clipOf(silence(6)).frames) meter.frame(frame);
    meter.drop('overload');
  }
  const cues = await lastValueFrom(from(heard()).pipe(commentary.commentate, toArray()));
  recording.end();
  recording.close();
  return { cues, meter };
}

function clipOf({ clip }: Remark): Clip {
  const pixels = new Uint8Array(3);
  const frames = clip.frames.map((pts, index) => {
    const { capturedAt } = clip;
    return { index: clip.seq * 2 + index, pts, capturedAt, width: 1, height: 1, pixels };
  });
  return { ...clip, frames, change: 0.1, sceneCut: false };
}

function edit(change: (text: string) => string): void {
  const path = join(folder, 'session.jsonl');
  writeFileSync(path, change(readFileSync(path, 'utf8')));
}

describe('replay', () => {
  it('gives the same cues to the bit, latencies and drops included', async () => {
    const { cues, meter } = await recordRun();
    const again: Cue[] = [];
    const { tracks, difference, complete } = await replay({ dir: folder, onCue: (cue) => again.push(cue) });
    expect(difference).toBeNull();
    expect(complete).toBe(true);
    expect(JSON.stringify(again)).toBe(JSON.stringify(cues));
    expect(cues.some(({ captureToCaptionMs }) => captureToCaptionMs !== null && captureToCaptionMs > 0)).toBe(
      true,
    );
    expect(tracks[0]?.stats).toEqual(meter.stats());
    expect(Object.values(meter.stats().drops).reduce((sum, drops) => sum + drops, 0)).toBeGreaterThan(2);
  });

  it('writes the caption files of the cues', async () => {
    await recordRun();
    const captions = { dir: join(folder, 'out'), base: 'match', formats: ['vtt', 'jsonl'] as const };
    const { tracks } = await replay({ dir: folder, captions });
    expect(readFileSync(tracks[0]?.captions.vtt ?? '', 'utf8')).toContain('Goal for Red!');
  });

  it('tells the first cue that differs', async () => {
    const { cues } = await recordRun();
    const goal = cues.find(({ text, final }) => final && text === 'Goal for Red!');
    edit((text) => text.replace(JSON.stringify(goal), JSON.stringify({ ...goal, end: 99 })));
    const { difference } = await replay({ dir: folder });
    expect(difference?.recorded).toEqual({ kind: 'cue', cue: { ...goal, end: 99 } });
    expect(difference?.replayed).toEqual({ kind: 'cue', cue: goal });
    expect(difference?.channel).toBe('main');
  });

  it.each([
    ['is missing', (text: string) => text.replace(/\{"kind":"drop"[^\n]*\n/, ''), 'replayed'],
    [
      'is one too many',
      (text: string) =>
        text.replace(/(\{"kind":"end",)/, '{"kind":"drop","channel":"main","reason":"stale"}\n$1'),
      'recorded',
    ],
  ] as const)('notices a decision that %s', async (_, change, known) => {
    await recordRun();
    edit(change);
    const { difference } = await replay({ dir: folder });
    expect(difference?.[known]?.kind).toBe('drop');
  });

  it('notices another setting: the commentary follows from the configuration', async () => {
    await recordRun();
    edit((text) => text.replace(/"charactersPerSecond":\d+/, '"charactersPerSecond":9'));
    const { difference } = await replay({ dir: folder });
    expect(difference?.recorded?.kind).toBe('cue');
  });

  it('goes as far as a recording that was cut off', async () => {
    const { cues } = await recordRun();
    edit((text) => text.slice(0, text.indexOf('Corner for Red.')));
    const again: Cue[] = [];
    const { difference, complete } = await replay({ dir: folder, onCue: (cue) => again.push(cue) });
    expect(difference).toBeNull();
    expect(complete).toBe(false);
    expect(again.length).toBeGreaterThan(0);
    expect(cues.slice(0, again.length)).toEqual(again);
  });

  it.each([
    [
      'a channel that is none of its tracks',
      (text: string) => text.replace('"channel":"main","clip"', '"channel":"other","clip"'),
    ],
    ['a clip that it never had', (text: string) => text.replace(/("kind":"look",[^\n]*"clip":)\d+/, '$11')],
    ['a setting that is not known', (text: string) => text.replace('"recentLines":', '"recentWords":')],
    ['a persona that is none', (text: string) => text.replace(/"roles":\[/, '"roles":[1,')],
  ])('refuses a session with %s', async (_, change) => {
    await recordRun();
    edit(change);
    await expect(replay({ dir: folder })).rejects.toMatchObject({ code: 'SESSION_INVALID' });
  });
});
