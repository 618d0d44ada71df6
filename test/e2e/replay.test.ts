import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { booth } from '../support/cli.js';

const CALM = fileURLToPath(new URL('../../samples/calm.mp4', import.meta.url));

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'booth-session-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

interface Told {
  readonly cues: string[];
  readonly done: { stats: { ticks: number; drops: object }; replay?: { difference: unknown } };
}

function told(stdout: string): Told {
  const lines = stdout.trim().split('\n');
  const cues = lines.filter((line) => line.startsWith('{"type":"cue"'));
  return { cues, done: JSON.parse(lines.at(-1) ?? '') as Told['done'] };
}

describe('booth replay', () => {
  it('repeats a live run to the bit, and tells when it cannot', { timeout: 180_000 }, async () => {
    const session = join(folder, 'session');
    const out = (name: string) => ['--out', join(folder, name), '--formats', 'vtt,jsonl', '--json'];
    const args = ['--no-serve', '--duration', '10', '--record', session, ...out('live')];
    const live = await booth('live', CALM, ...args);
    expect(live.code, live.stderr).toBe(0);
    const replayed = await booth('replay', session, ...out('replay'));
    expect(replayed.code, replayed.stderr).toBe(0);

    const [first, again] = [told(live.stdout), told(replayed.stdout)];
    expect(first.cues.length).toBeGreaterThan(0);
    expect(again.cues).toEqual(first.cues);
    expect(again.done.stats.ticks).toBe(first.done.stats.ticks);
    expect(again.done.stats.drops).toEqual(first.done.stats.drops);
    const written = (dir: string, base: string) => readFile(join(folder, dir, base), 'utf8');
    expect(await written('replay', 'session.vtt')).toBe(await written('live', 'calm.vtt'));
    expect(await written('replay', 'session.jsonl')).toBe(await written('live', 'calm.jsonl'));

    const path = join(session, 'session.jsonl');
    const text = await readFile(path, 'utf8');
    await writeFile(path, text.replace(/("kind":"cue","cue":\{[^\n]*"text":")/, '$1Not '));
    const edited = await booth('replay', session, '--json');
    expect(edited.code).toBe(8);
    expect(edited.stderr).toMatch(/differs at line \d+.*channel main.*Not .*REPLAY_DIFFERS/);
    expect(told(edited.stdout).done.replay?.difference).not.toBeNull();
  });

  it('repeats what was annotated', { timeout: 180_000 }, async () => {
    const session = join(folder, 'annotated');
    const args = ['--out', join(folder, 'annotate'), '--lang', 'en,zh', '--json', '--record', session];
    const annotated = await booth('annotate', CALM, ...args);
    expect(annotated.code, annotated.stderr).toBe(0);
    const replayed = await booth('replay', session, '--json');
    expect(replayed.code, replayed.stderr).toBe(0);
    expect(told(annotated.stdout).cues.length).toBeGreaterThan(0);
    expect(told(replayed.stdout).cues).toEqual(told(annotated.stdout).cues);
  });

  it('refuses to record over a recording', async () => {
    const session = join(folder, 'taken');
    await booth('live', 'lavfi:color=size=64x64:rate=4:duration=0.5', '--no-serve', '--record', session);
    const again = await booth('live', CALM, '--no-serve', '--record', session);
    expect(again.code).toBe(5);
    expect(again.stderr).toContain('a recording is never overwritten');
  });

  it('leaves no recording of a run that never began', async () => {
    const session = join(folder, 'none');
    const { code } = await booth('live', '/nowhere.mp4', '--no-serve', '--record', session);
    expect(code).toBe(3);
    expect(await readdir(session)).toEqual([]);
  });
});
