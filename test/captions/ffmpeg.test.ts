import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { readSrt, writeSrt } from '../../src/captions/srt.js';
import { writeVtt } from '../../src/captions/vtt.js';
import { cue, WRAP } from './support.js';

const texts = [
  'Plain words.',
  'A < B & C --> D <i>x</i> &lt;b&gt;',
  '00:00:01,000 --> 00:00:02,000',
  '红队在中场传球，蓝队上抢。点球！红队获得点球机会！现在比分是二比一，红队领先。',
  'Red win it, and they are on the ball again, and look for a way through.',
];
const cues = texts.map((text, seq) => cue(seq, { text }));

/** The captions that ffmpeg finds in a file, without what it inserts or keeps of ours to escape them. */
function asFfmpegReads(file: string, format: 'webvtt' | 'srt') {
  const args = ['-v', 'error', '-f', format, '-i', 'pipe:0', '-f', 'srt', 'pipe:1'];
  const srt = execFileSync('ffmpeg', args, { input: file, encoding: 'utf8' });
  return readSrt(srt).map(({ start, end, lines }) => ({ start, end, lines }));
}

describe('ffmpeg', () => {
  const expected = readSrt(writeSrt(cues, WRAP)).map(({ start, end, lines }) => ({ start, end, lines }));

  it('reads our WebVTT as it was meant', () => {
    expect(expected).toHaveLength(texts.length);
    expect(asFfmpegReads(writeVtt(cues, WRAP), 'webvtt')).toEqual(expected);
  });

  it('reads past the speaker of our WebVTT', () => {
    const spoken = cues.map((one) => ({ ...one, speaker: 'Sam' }));
    expect(asFfmpegReads(writeVtt(spoken, WRAP), 'webvtt')).toEqual(expected);
  });

  it('reads our SubRip as it was meant', () => {
    expect(asFfmpegReads(writeSrt(cues, WRAP), 'srt')).toEqual(expected);
  });
});
