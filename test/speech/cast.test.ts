import { describe, expect, it } from 'vitest';
import { parseWav } from '../../src/media/wav.js';
import { castIndex, castVoice, speedOf } from '../../src/speech/cast.js';
import { openEspeak } from '../../src/speech/espeak.js';

const cast = [
  { speaker: 'Alex', rate: 1, timbre: 'low' },
  { speaker: 'Sam', rate: 0.8, timbre: 'high' },
] as const;

describe('a cast', () => {
  it('gives each speaker a voice, and everybody else the first', () => {
    expect(['Alex', 'Sam', 'Nobody', null].map((name) => castIndex(cast, name))).toEqual([0, 1, 0, 0]);
    expect(castVoice(cast, 'Sam').timbre).toBe('high');
    expect(castVoice(cast, 'Nobody').timbre).toBe('low');
    expect(castVoice(cast, null).timbre).toBe('low');
    expect(castVoice([], 'Sam')).toEqual({ speaker: null, rate: 1, timbre: 'plain' });
    expect(speedOf({ wordsPerMinute: 200, timeoutMs: 1, cast }, 'Sam')).toBe(160);
  });
});

describe('espeak-ng with a cast', { timeout: 120_000 }, () => {
  const LINE = 'The keeper holds on to it.';
  const samplesOf = async (lang: string, text: string, speaker: string | null) => {
    const tts = (await openEspeak({ wordsPerMinute: 175, timeoutMs: 60_000, cast }))!;
    return parseWav((await tts.synthesise(text, lang, undefined, speaker)).wav)!.samples;
  };

  it.each([
    ['en', LINE],
    ['zh', '红队拿到角球。'],
  ])('says a line of %s in two voices, the second slower', async (lang, text) => {
    const [alex, sam] = [await samplesOf(lang, text, 'Alex'), await samplesOf(lang, text, 'Sam')];
    expect(pitch(sam)).toBeGreaterThan(pitch(alex) * 1.2);
    expect(sam.length).toBeGreaterThan(alex.length * 1.1);
  });
});

/** The median pitch of what is voiced, hertz, by autocorrelation. */
function pitch(samples: Int16Array, rateHz = 22_050): number {
  const frame = 1_024;
  const pitches: number[] = [];
  for (let start = 0; start + 2 * frame < samples.length; start += frame) {
    const alike = (lag: number) => {
      let sum = 0;
      for (let i = start; i < start + frame; i += 1) sum += samples[i]! * samples[i + lag]!;
      return sum;
    };
    let best = 0;
    for (let lag = 60; lag < 300; lag += 1) if (best === 0 || alike(lag) > alike(best)) best = lag;
    if (alike(best) > 0.6 * alike(0) && alike(0) > frame * 200 ** 2) pitches.push(rateHz / best);
  }
  return pitches.sort((a, b) => a - b)[Math.floor(pitches.length / 2)] ?? 0;
}
