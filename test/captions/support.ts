import { DEFAULTS } from '../../src/config.js';
import type { Cue } from '../../src/media/cue.js';
import { plainLine } from '../../src/media/plain-line.js';
import { fc } from '../support/fc.js';

export const WRAP = DEFAULTS.captions;

export function cue(seq: number, rest: Partial<Cue> = {}): Cue {
  return {
    seq,
    id: `main-${seq}`,
    channel: 'main',
    start: seq * 4 + 1,
    end: seq * 4 + 3.5,
    text: `Line ${seq}.`,
    lang: 'en',
    speaker: null,
    final: true,
    importance: 0.3,
    frames: [seq * 4 + 0.75, seq * 4 + 1],
    model: 'fake',
    prompt: '',
    reasoning: null,
    captureToCaptionMs: null,
    dropped: 0,
    ...rest,
  };
}

/** Text as bad as it comes: markup, arrows, entities, other scripts, broken surrogates, controls. */
export const hostileText = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        '-->',
        '<',
        '>',
        '&',
        '&lt;',
        '<i>',
        '{\\an8}',
        'NOTE',
        'WEBVTT',
        '\n\n',
        '\r\n',
        '\u2028',
        '\u0085',
        '\u0000',
      ),
      fc.constantFrom(
        '\u202e',
        '\u2066',
        '\u2060',
        '\ud83d',
        '\ude00',
        '00:00:01.000 --> 00:00:02.000',
        '1',
        ' ',
        '  ',
        '-',
        '--',
      ),
      fc.constantFrom(
        '红队在中场传球，',
        '点球！',
        '「开球」',
        'ゴール',
        '골',
        '👨‍👩‍👧',
        '🇫🇷',
        'e\u0301',
        'مرحبا',
        'x'.repeat(60),
      ),
      fc.string({ unit: 'binary', maxLength: 12 }),
      fc.string({ unit: 'grapheme', maxLength: 12 }),
      fc.lorem({ maxCount: 4 }),
    ),
    { maxLength: 20 },
  )
  .map((parts) => parts.join(''));

const milliseconds = (max: number) => fc.integer({ min: 1, max }).map((value) => value / 1_000);

/** Cues in order that never overlap, as the commentator sends them, with plain but nasty text. */
export const cues: fc.Arbitrary<Cue[]> = fc
  .array(
    fc.record({
      pause: milliseconds(40_000_000),
      length: milliseconds(9_000),
      text: hostileText.map(plainLine).filter((text) => text !== ''),
      importance: fc.double({ min: 0, max: 1, noNaN: true }),
      latency: fc.option(fc.integer({ min: 0, max: 100_000 })),
      dropped: fc.nat(),
    }),
    { maxLength: 8 },
  )
  .map((parts) => {
    let at = 0;
    return parts.map(({ pause, length, text, importance, latency, dropped }, seq) => {
      const start = Math.round((at + pause) * 1_000) / 1_000;
      at = Math.round((start + length) * 1_000) / 1_000;
      return cue(seq, { start, end: at, text, importance, captureToCaptionMs: latency, dropped });
    });
  });
