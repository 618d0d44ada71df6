import { TestScheduler } from 'rxjs/testing';
import { describe, expect, it } from 'vitest';
import { DEFAULTS } from '../../src/config.js';
import { lumaGrid, meanChange } from '../../src/media/change.js';
import type { Clip } from '../../src/media/clip.js';
import type { Frame } from '../../src/media/frame.js';
import { type SamplerOptions, sample, sampler, samples } from '../../src/sampler/sampler.js';
import { collect } from '../support/media.js';

const options = (changes: Partial<SamplerOptions> = {}): SamplerOptions => ({
  ...DEFAULTS.sampler,
  framesPerClip: 3,
  fps: 10,
  ...changes,
});

/** A grey frame, ten per second unless told otherwise. */
function frame(index: number, grey = 0, pts = index / 10): Frame {
  return {
    index,
    pts,
    capturedAt: 1000 * pts + 5,
    width: 8,
    height: 6,
    pixels: new Uint8Array(144).fill(grey),
  };
}

function clipsOf(frames: readonly Frame[], changes: Partial<SamplerOptions> = {}): Clip[] {
  const take = sampler(options(changes));
  return [...frames, null].map(take).filter((clip) => clip !== null);
}

const indexes = (clips: readonly Clip[]) => clips.map((clip) => clip.frames.map(({ index }) => index));
const greys = (...values: number[]) => values.map((grey, index) => frame(index, grey));

describe('sampler', () => {
  it('makes whole clips of frames that come seldom', () => {
    const take = sampler(options({ framesPerClip: 2, fps: 0.25 }));
    const clips = [0, 4, 8, 12].map((pts, index) => take(frame(index, 0, pts)));
    expect(clips.map((clip) => clip?.frames.map(({ pts }) => pts))).toEqual([
      undefined,
      [0, 4],
      undefined,
      [8, 12],
    ]);
  });

  it('groups frames into clips that do not overlap', () => {
    const clips = clipsOf(greys(0, 0, 0, 0, 0, 0));
    expect(indexes(clips)).toEqual([
      [0, 1, 2],
      [3, 4, 5],
    ]);
    expect(clips[1]).toMatchObject({ seq: 1, start: 0.3, end: 0.5, capturedAt: 505 });
  });

  it('fills an incomplete last clip with its last frame', () => {
    expect(indexes(clipsOf(greys(0, 0, 0, 0)))).toEqual([
      [0, 1, 2],
      [3, 3, 3],
    ]);
    expect(clipsOf([])).toEqual([]);
  });

  it('does not span a hole in time', () => {
    const clips = clipsOf([
      frame(0),
      frame(1),
      frame(2, 0, 36_000),
      frame(3, 0, 36_000.1),
      frame(4, 0, 36_000.2),
    ]);
    expect(indexes(clips)).toEqual([
      [0, 1, 1],
      [2, 3, 4],
    ]);
    expect(clips[0]?.end).toBe(0.1);
  });

  it('measures the largest change between neighbours, the frame before the clip included', () => {
    const clips = clipsOf(greys(0, 51, 51, 255, 255, 255));
    expect(clips.map((clip) => clip.change)).toEqual([expect.closeTo(0.2), expect.closeTo(0.8)]);
    expect(clips.map((clip) => clip.sceneCut)).toEqual([false, true]);
  });

  it('skips clips without motion, but never for longer than told', () => {
    const skipped: Clip[] = [];
    const still = Array.from({ length: 30 }, (_, index) => frame(index));
    const onSkip = (clip: Clip) => skipped.push(clip);
    const clips = clipsOf(still, { motionThreshold: 0.01, maxSkip: 0.8, onSkip });
    expect(clips.map((clip) => clip.end)).toEqual([0.2, 1.1, 2, 2.9]);
    expect(clips.map((clip) => clip.seq)).toEqual([0, 1, 2, 3]);
    expect(skipped).toHaveLength(6);
  });

  it('looks at every moving clip', () => {
    const moving = Array.from({ length: 30 }, (_, index) => frame(index, index * 5));
    expect(clipsOf(moving, { motionThreshold: 0.01 })).toHaveLength(10);
  });

  it('looks at every clip where the motion gate is off', () => {
    expect(clipsOf(Array.from({ length: 30 }, (_, index) => frame(index)))).toHaveLength(10);
  });

  it('refuses a clip of no frames', () => {
    expect(() => sampler(options({ framesPerClip: 0 }))).toThrowError(TypeError);
  });
});

describe('sample and samples', () => {
  const frames = { a: frame(0), b: frame(1), c: frame(2), d: frame(3) };
  const marbles = (test: Parameters<TestScheduler['run']>[0]) =>
    new TestScheduler((actual, expected) => expect(actual).toEqual(expected)).run(test);

  it('give the clips of pushed and of pulled frames alike', async () => {
    const expected = clipsOf(Object.values(frames));
    async function* pulled() {
      yield* Object.values(frames);
    }
    expect(await collect(samples(pulled(), options()))).toEqual(expected);
    marbles(({ cold, expectObservable }) => {
      const [x, y] = expected;
      expectObservable(cold('abcd-|', frames).pipe(sample(options()))).toBe('--x--(y|)', { x, y });
    });
  });

  it('pass never, empty and errors on, and leave the frames when unsubscribed', () => {
    marbles(({ cold, expectObservable, expectSubscriptions }) => {
      expectObservable(cold<Frame>('---').pipe(sample(options()))).toBe('---');
      expectObservable(cold<Frame>('--|').pipe(sample(options()))).toBe('--|');
      expectObservable(cold('ab#', frames).pipe(sample(options()))).toBe('--#');
      const source = cold('ab---', frames);
      expectObservable(source.pipe(sample(options())), '---!').toBe('----');
      expectSubscriptions(source.subscriptions).toBe('^--!');
    });
  });
});

describe('meanChange', () => {
  it('is 0 for the same picture and 1 from black to white, whatever the size', () => {
    const picture = (width: number, height: number, value: number) =>
      lumaGrid({ width, height, pixels: new Uint8Array(width * height * 3).fill(value) });
    for (const [width, height] of [
      [1, 1],
      [448, 252],
      [3, 999],
    ] as const) {
      expect(meanChange(picture(width, height, 9), picture(width, height, 9))).toBe(0);
      expect(meanChange(picture(width, height, 0), picture(width, height, 255))).toBeCloseTo(1);
    }
  });
});
