import { describe, expect, it } from 'vitest';
import { liveTimeline, recordedTimeline } from '../../src/source/timeline.js';

const TEN_HOURS = 36_000;

/** A clock that is moved by hand, in seconds. */
function handClock() {
  let seconds = 0;
  const at = (value: number) => {
    seconds = value;
  };
  return { now: () => seconds * 1000, at };
}

describe('recordedTimeline', () => {
  it("keeps the file's own pts, a jump of ten hours included, and never goes back", () => {
    const stamp = recordedTimeline(handClock());
    expect([0, 0.5, TEN_HOURS, TEN_HOURS - 1, TEN_HOURS + 1].map((pts) => stamp(pts).pts)).toEqual([
      0,
      0.5,
      TEN_HOURS,
      TEN_HOURS,
      TEN_HOURS + 1,
    ]);
  });
});

describe('liveTimeline', () => {
  it('goes on by the time that passed over a jump, a step back and a restart', () => {
    const clock = handClock();
    const begin = liveTimeline(clock);
    const first = begin();
    const at = (stamp: ReturnType<typeof begin>, seconds: number, now: number) => {
      clock.at(now);
      return stamp(seconds);
    };
    expect(at(first, 0.5, 100)).toEqual({ index: 0, pts: 0, capturedAt: 100_000 });
    expect(at(first, 1, 100.5).pts).toBe(0.5);
    expect(at(first, TEN_HOURS, 101).pts).toBe(1);
    expect(at(first, TEN_HOURS + 0.5, 101.5).pts).toBe(1.5);
    expect(at(first, 3, 102).pts).toBe(2);
    const second = begin();
    expect(at(second, 0, 112)).toEqual({ index: 5, pts: 12, capturedAt: 112_000 });
    expect(at(second, 0.25, 112.5).pts).toBe(12.25);
  });
});
