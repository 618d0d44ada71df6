import { describe, expect, it } from 'vitest';
import { DEFAULTS } from '../../src/config.js';
import { failureOf } from '../../src/source/failure.js';
import { parseInput } from '../../src/source/input.js';

const inputOf = (text: string) => parseInput(text, DEFAULTS.source.protocols);
const ended = (stderr: readonly string[], code = 0) => ({ code, signal: null, stderr });
const BROKEN = [
  '[http @ 0x1] Stream ends prematurely at 75, should be 150',
  'http://host/a: Input/output error',
];
const at = (pts: number) => ({ index: Math.round(pts * 25), pts });

describe('the end of a run of ffmpeg over HTTP', () => {
  it.each([
    ['a live stream whose sender is cut off', BROKEN, 10, null, 'FFMPEG_EXITED'],
    ['a live stream that its sender ended', [], 10, null, undefined],
    ['a recording that broke off', BROKEN, 10, 90, 'FFMPEG_EXITED'],
    ['a recording that was read to its end', BROKEN, 89.5, 90, undefined],
    [
      'a file that is cut off itself',
      ['[mov @ 0x1] stream 0, offset 0x5c022: partial file'],
      10,
      90,
      undefined,
    ],
    ['nothing that could be read', [], 0, null, 'INPUT_UNREADABLE'],
  ])('is what it is: %s', (_, stderr, reached, duration, code) => {
    const failure = failureOf(inputOf('http://host/a'), ended(stderr), at(reached), duration);
    expect(failure?.code).toBe(code);
    if (failure) expect(failure.policy).toBe('restart');
  });

  it('is good for a damaged file, whatever was said of it', () => {
    expect(failureOf(inputOf('a.mp4'), ended(['Input/output error']), at(3), 90)).toBe(null);
  });
});
