import { describe, expect, it } from 'vitest';
import type { Cue } from '../src/media/cue.js';
import { Meter } from '../src/meter.js';

const cue = (seq: number, start: number, end: number, final = true): Cue => ({
  seq,
  id: `main-${seq}`,
  channel: 'main',
  start,
  end,
  text: 'a line',
  lang: 'en',
  speaker: null,
  final,
  importance: 0.3,
  frames: [start],
  model: 'test',
  prompt: '',
  reasoning: null,
  captureToCaptionMs: 100 + seq,
  dropped: 0,
});
const frame = (pts: number) => ({
  index: 0,
  pts,
  capturedAt: 0,
  width: 1,
  height: 1,
  pixels: new Uint8Array(3),
});

describe('Meter', () => {
  it('counts the forms of a cue once, with its newest end', () => {
    const meter = new Meter();
    for (const pts of [0, 10]) meter.frame(frame(pts));
    for (const form of [cue(0, 0, 1, false), cue(0, 0, 4), cue(1, 4, 6), cue(0, 0, 2)]) meter.cue(form);
    expect(meter.stats()).toMatchObject({ cues: 2, talking: 0.4, captureToCaption: { p50: 100, p95: 101 } });
  });

  it('does not count a cue that was withdrawn', () => {
    const meter = new Meter();
    for (const pts of [0, 10]) meter.frame(frame(pts));
    for (const form of [cue(0, 0, 4), cue(0, 0, 0), cue(1, 1, 2)]) meter.cue(form);
    expect(meter.stats()).toMatchObject({ cues: 1, talking: 0.1 });
  });

  it('counts drops by reason, and only overload as dropped clips', () => {
    const meter = new Meter();
    meter.drop('overload');
    meter.drop('repeat');
    expect(meter.stats().drops).toMatchObject({ overload: 1, repeat: 1, stale: 0 });
    expect(meter.droppedClips()).toBe(1);
  });

  it('counts what became of the lines of the voice, and keeps the least that one had to spare', () => {
    const meter = new Meter();
    expect(meter.stats().voice).toEqual({ begun: 0, cut: 0, late: 0, leastToSpareMs: null });
    meter.voice({ kind: 'begun', toSpareMs: 900 });
    meter.voice({ kind: 'cut' });
    meter.voice({ kind: 'begun', toSpareMs: 120 });
    meter.voice({ kind: 'late' });
    meter.voice({ kind: 'begun', toSpareMs: 700 });
    expect(meter.stats().voice).toEqual({ begun: 3, cut: 1, late: 1, leastToSpareMs: 120 });
  });
});
