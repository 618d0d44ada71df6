import { defer, delay, map, of, toArray } from 'rxjs';
import { TestScheduler } from 'rxjs/testing';
import { describe, expect, it } from 'vitest';
import { createGate, GATE, type Gate, type GateClip, silenceOf } from '../../src/commentator/gate.js';
import { latest } from '../../src/flow/latest.js';
import type { Clip } from '../../src/media/clip.js';
import type { Cue } from '../../src/media/cue.js';
import type { Remark } from '../../src/media/remark.js';
import { cue } from '../captions/support.js';
import { silence } from './support.js';

/** A grey picture; `level` 0–255. */
function frame(level: number) {
  return { width: 96, height: 54, pixels: new Uint8Array(96 * 54 * 3).fill(level) };
}

function clipAt(end: number, level = 128, sceneCut = false): GateClip {
  return { end, sceneCut, frames: [frame(level)] };
}

function line(seq: number, start: number, end: number): Cue {
  return cue(seq, { start, end });
}

/** Asks the gate every `pace` seconds; what it lets through becomes a line of `length` seconds. */
function talk(
  gate: Gate,
  options: { until: number; pace: number; length: (n: number) => number; level: (at: number) => number },
) {
  const lines: Cue[] = [];
  for (let tick = 1; tick * options.pace <= options.until; tick += 1) {
    const at = tick * options.pace;
    if (!gate.opens(clipAt(at, options.level(at)))) continue;
    const next = line(lines.length, at, at + options.length(lines.length));
    gate.note(next);
    lines.push(next);
  }
  const gaps = lines.slice(1).map(({ start }, index) => start - (lines[index]?.end ?? 0));
  const talked = lines.reduce((sum, { start, end }) => sum + end - start, 0);
  const mean = gaps.reduce((sum, gap) => sum + gap, 0) / gaps.length;
  return { gaps, mean, density: talked / options.until, lines };
}

/** A picture that moves like a match: never still, never cut. */
const match = (at: number) => 128 + 40 * Math.sin(at / 3);
const lengths = (n: number) => 1.6 + (n % 5) * 0.45;

describe('the gate', () => {
  it('opens at once, and not while somebody talks', () => {
    const gate = createGate({ density: 0.6 });
    expect(gate.opens(clipAt(1))).toBe(true);
    gate.note(line(0, 1, 4));
    expect([2, 3, 4].map((at) => gate.opens(clipAt(at)))).toEqual([false, false, false]);
  });

  it.each([0.5, 1, 2])('leaves silences like a human’s when asked every %s s', (pace) => {
    const gate = createGate({ density: 0.6 });
    const { gaps, mean, density } = talk(gate, { until: 600, pace, length: lengths, level: match });
    expect(mean).toBeGreaterThan(1.2);
    expect(mean).toBeLessThan(2.3);
    expect(Math.min(...gaps)).toBeGreaterThanOrEqual(0.6 - pace / 2);
    expect(Math.max(...gaps)).toBeLessThan(5);
    expect(density).toBeGreaterThan(0.5);
    expect(density).toBeLessThan(0.7);
  });

  it.each([0.1, 0.3, 0.5, 0.8])('talks through about %s of the time', (density) => {
    const gate = createGate({ density });
    const { density: talked } = talk(gate, { until: 1_800, pace: 0.5, length: () => 2.5, level: match });
    expect(Math.abs(talked - density)).toBeLessThan(0.12);
  });

  it('waits longer where nothing has changed since the last line, but not for ever', () => {
    const still = talk(createGate({ density: 0.6 }), {
      until: 300,
      pace: 0.5,
      length: () => 2.5,
      level: () => 90,
    });
    const moving = talk(createGate({ density: 0.6 }), {
      until: 300,
      pace: 0.5,
      length: () => 2.5,
      level: match,
    });
    expect(still.mean).toBeGreaterThan(1.5 * moving.mean);
    expect(Math.max(...still.gaps)).toBeLessThanOrEqual(8);
  });

  it('opens sooner after a cut', () => {
    const opensAfter = (cutAt: number | null) => {
      const gate = createGate({ density: 0.4 });
      gate.opens(clipAt(1));
      gate.note(line(0, 1, 3));
      const ticks = Array.from({ length: 40 }, (_, index) => 1.5 + index / 2);
      return ticks.find((at) => gate.opens(clipAt(at, 128, at === cutAt)));
    };
    expect(opensAfter(3.5)).toBeLessThan(opensAfter(null) ?? 0);
  });

  it('is silent for good where nobody is to talk', () => {
    const gate = createGate({ density: 0 });
    expect([1, 10, 100].map((at) => gate.opens(clipAt(at)))).toEqual([false, false, false]);
  });

  it('leaves a model alone for a moment that had nothing to say', () => {
    const gate = createGate({ density: 0.9 });
    expect(gate.opens(clipAt(10))).toBe(true);
    gate.hear(silence(10));
    expect(gate.opens(clipAt(10.25))).toBe(false);
    expect(gate.opens(clipAt(10.75))).toBe(true);
  });

  it('knows of lines that were cut short or taken back', () => {
    const gate = createGate({ density: 0.6 });
    gate.opens(clipAt(1));
    gate.note(line(0, 1, 8));
    gate.note(line(0, 1, 2.2));
    expect([2.5, 3.5].map((at) => gate.opens(clipAt(at, 200)))).toEqual([false, true]);
    gate.note(line(1, 6, 9));
    gate.note(line(1, 6, 6));
    expect(gate.opens(clipAt(8, 60))).toBe(true);
  });

  it('does not wait for a line that the model broke off', () => {
    const gate = createGate({ density: 0.6 });
    gate.note({ ...line(0, 1, 5), final: false });
    gate.note(line(0, 1, 1));
    expect(gate.opens(clipAt(3))).toBe(true);
  });

  it('does not wait for lines that a big moment swept aside', () => {
    const gate = createGate({ density: 0.6 });
    gate.note(line(0, 1, 8));
    gate.note(line(1, 8.1, 12));
    gate.note(line(0, 1, 2.2));
    gate.note(line(1, 8.1, 8.1));
    gate.note(line(2, 2.3, 4.3));
    expect(gate.opens(clipAt(8, 200))).toBe(true);
  });

  it('saves a slow model’s looks on a virtual clock, and answers for the clips that it keeps', () => {
    const scheduler = new TestScheduler((actual, expected) => expect(actual).toEqual(expected));
    scheduler.run(({ hot, flush }) => {
      const gate = createGate({ density: 0.6 });
      const clips = hot('a 499ms b 499ms c 499ms d 499ms e 499ms f 499ms g 499ms h 499ms i|').pipe(
        map((_, index): Clip => {
          const end = index / 2;
          return {
            seq: index,
            start: end,
            end,
            capturedAt: end * 1_000,
            change: 0,
            sceneCut: false,
            frames: [{ ...frame((index * 50) % 256), index, pts: end, capturedAt: end * 1_000 }],
          };
        }),
      );
      const dropped: number[] = [];
      const look = (clip: Clip) =>
        gate.opens(clip)
          ? defer(() => {
              gate.note(line(clip.seq, clip.end, clip.end + 1.2));
              return of(`line ${clip.seq}`).pipe(delay(300));
            })
          : of(`silence ${clip.seq}`);
      const heard: string[][] = [];
      clips
        .pipe(
          latest(look, ({ seq }) => dropped.push(seq)),
          toArray(),
        )
        .subscribe((all) => heard.push(all));
      flush();
      expect(heard).toEqual([
        [
          'line 0',
          'silence 1',
          'silence 2',
          'silence 3',
          'line 4',
          'silence 5',
          'silence 6',
          'silence 7',
          'line 8',
        ],
      ]);
      expect(dropped).toEqual([]);
    });
  });

  it('says of a clip that it was its own silence', async () => {
    const clip = { seq: 3, start: 1, end: 1.5, capturedAt: 0, change: 0, sceneCut: false, frames: [] };
    const remarks: Remark[] = [];
    for await (const remark of silenceOf(clip, 7)) remarks.push(remark);
    expect(remarks).toMatchObject([
      { kind: 'silence', confidence: 1, model: GATE, saidAt: 7, clip: { seq: 3 } },
    ]);
  });
});
