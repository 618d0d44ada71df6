import { describe, expect, it } from 'vitest';
import { endWithin } from '../../src/narration/captions.js';

describe('endWithin', () => {
  it('ends the last cue with the programme', () => {
    const vtt = 'WEBVTT\n\n00:03.000 --> 00:06.000\nOne\n\n00:11.500 --> 00:15.000 line:0\nTwo\n';
    expect(endWithin(vtt, 12.25)).toBe(vtt.replace('00:15.000', '00:00:12.250'));
  });

  it('writes the decimal comma of SubRip', () => {
    const srt = '1\n01:59:59,500 --> 02:00:03,000\nOver\n';
    expect(endWithin(srt, 7_200)).toBe('1\n01:59:59,500 --> 02:00:00,000\nOver\n');
  });

  it('leaves alone what ends in time, what begins later, and what is only text', () => {
    const vtt =
      'WEBVTT\n\n00:01.000 --> 00:02.000\nsee 00:01.000 --> 00:09.000\n\n00:07.000 --> 00:09.000\nLate\n';
    expect(endWithin(vtt, 5)).toBe(vtt);
  });
});
