import { describe, expect, it } from 'vitest';
import { findSlot, isFree, MAX_AHEAD } from '../../src/commentator/timeline.js';
import { DEFAULTS } from '../../src/config.js';
import type { Cue } from '../../src/media/cue.js';
import { SMALL_TALK } from '../../src/media/precedence.js';
import { line, tell } from './support.js';

const CONFIG = DEFAULTS.commentator;

function cue(start: number, end: number, importance = 0.3): Cue {
  const [form] = tell([line(1, 'Red press.')]).forms;
  return { ...form!, id: `main-${start}`, start, end, importance };
}

describe('findSlot', () => {
  it('starts at once when nothing is on screen', () => {
    expect(findSlot([], { at: 5, importance: 0.3 }, CONFIG)).toEqual({ start: 5, cuts: [] });
  });

  it('starts a gap after the last cue ahead', () => {
    expect(findSlot([cue(4, 6, 0.4)], { at: 5, importance: 0.3 }, CONFIG)).toEqual({ start: 6.08, cuts: [] });
  });

  it('is stale when the wait is longer than it may be', () => {
    expect(findSlot([cue(4, 7.5, 0.4)], { at: 5, importance: 0.3 }, CONFIG)).toBe('stale');
  });

  it('lets small talk give way to any moment, and to no other small talk', () => {
    const talk = cue(3, 7, SMALL_TALK);
    const cut = { ...talk, end: 4.92 };
    expect(findSlot([talk], { at: 5, importance: 0.25 }, CONFIG)).toEqual({ start: 5, cuts: [cut] });
    expect(findSlot([talk], { at: 5, importance: SMALL_TALK }, CONFIG)).toEqual({ start: 7.08, cuts: [] });
  });

  it('takes small talk back that has just begun', () => {
    const talk = cue(4.5, 7, SMALL_TALK);
    const cut = { ...talk, end: 4.5 };
    expect(findSlot([talk], { at: 5, importance: 0.25 }, CONFIG)).toEqual({ start: 5, cuts: [cut] });
  });

  it('cuts what has told its gist for a line as big that would wait for long, and for no small talk', () => {
    const shown = cue(3.5, 7, 0.5);
    const cut = { ...shown, end: 4.92 };
    expect(findSlot([shown], { at: 5, importance: 0.5 }, CONFIG)).toEqual({ start: 5, cuts: [cut] });
    const waits = { start: 7.08, cuts: [] };
    expect(findSlot([shown], { at: 5, importance: 0.4 }, CONFIG)).toEqual(waits);
    expect(findSlot([cue(4.2, 7, 0.5)], { at: 5, importance: 0.5 }, CONFIG)).toEqual(waits);
    expect(findSlot([cue(3.5, 7, SMALL_TALK)], { at: 5, importance: SMALL_TALK }, CONFIG)).toEqual(waits);
    expect(findSlot([cue(3.5, 7, 1)], { at: 5, importance: 1 }, CONFIG)).toEqual(waits);
    expect(findSlot([cue(3.5, 5.6, 0.5)], { at: 5, importance: 0.5 }, CONFIG)).toEqual({
      start: 5.68,
      cuts: [],
    });
  });

  it('is crowded when too many wait', () => {
    const ahead = Array.from({ length: MAX_AHEAD }, (_, index) => cue(5 + index / 10, 5.1 + index / 10));
    expect(findSlot(ahead, { at: 5, importance: 0.3 }, CONFIG)).toBe('crowded');
    expect(findSlot(ahead.slice(1), { at: 5, importance: 0.3 }, CONFIG)).not.toBe('crowded');
  });

  it('cuts the cue on screen and withdraws those that wait for a bigger moment', () => {
    const [shown, waiting] = [cue(2, 6), cue(6.08, 8)];
    expect(findSlot([shown, waiting], { at: 5, importance: 1 }, CONFIG)).toEqual({
      start: 5,
      cuts: [
        { ...shown, end: 4.92 },
        { ...waiting, end: 6.08 },
      ],
    });
  });

  it('keeps what matters as much, and all before it', () => {
    const [shown, big, small] = [cue(4, 6), cue(6.08, 7.2, 1), cue(7.28, 9)];
    expect(findSlot([shown, big, small], { at: 5, importance: 1 }, CONFIG)).toEqual({
      start: 7.28,
      cuts: [{ ...small, end: 7.28 }],
    });
  });

  it('lets a big moment wait out the shortest time of a cut cue even where other lines may not wait', () => {
    const slotOf = (importance: number) =>
      findSlot([cue(5, 8)], { at: 5.1, importance }, { ...CONFIG, staleAfter: 0 });
    expect(slotOf(0.8)).toMatchObject({ start: 6.28 });
    expect(slotOf(1)).toMatchObject({ start: 5.68 });
  });
});

describe('isFree', () => {
  it('is true once the gap after the last cue has passed', () => {
    expect([5, 6, 6.05, 6.08, 7].map((at) => isFree([cue(4, 6)], at, 0.08))).toEqual([
      false,
      false,
      false,
      true,
      true,
    ]);
  });
});
