import { describe, expect, it } from 'vitest';
import type { Utterance } from '../../src/media/utterance.js';
import { pcmSamples } from '../../src/media/wav.js';
import { narrationTrack } from '../../src/narration/track.js';
import { cue, toneSound } from '../speech/fakes.js';

const RATE = 16_000;

function utterance(start: number, duration: number, sampleRateHz = RATE): Utterance {
  return {
    cue: cue(Math.round(start * 10), { start }),
    sound: toneSound(duration, sampleRateHz),
    voice: 'tone',
    captureToAudioMs: null,
  };
}

async function samplesOf(utterances: Iterable<Utterance> | AsyncIterable<Utterance>, duration: number) {
  const track = await narrationTrack(utterances, duration);
  const chunks: Uint8Array[] = [];
  for await (const chunk of track.chunks) chunks.push(chunk);
  expect(track.sampleRateHz).toBeGreaterThan(0);
  return pcmSamples(Buffer.concat(chunks));
}

/** Seconds from which to which there is sound, gaps under 20 ms ignored. */
function sounds(samples: Int16Array): [number, number][] {
  const spans: [number, number][] = [];
  samples.forEach((sample, index) => {
    if (Math.abs(sample) < 200) return;
    const at = index / RATE;
    const last = spans.at(-1);
    if (last && at - last[1] < 0.02) last[1] = at;
    else spans.push([at, at]);
  });
  return spans;
}

describe('narrationTrack', () => {
  it('lays each line at its start and is as long as the programme', async () => {
    const samples = await samplesOf([utterance(1, 0.5), utterance(3, 1)], 5);
    expect(samples).toHaveLength(5 * RATE);
    const [first, second] = sounds(samples);
    expect(first?.[0]).toBeCloseTo(1, 2);
    expect(first?.[1]).toBeCloseTo(1.5, 2);
    expect(second?.[0]).toBeCloseTo(3, 2);
    expect(second?.[1]).toBeCloseTo(4, 2);
  });

  it('hurries a line that would run into the next', async () => {
    const [first, second] = sounds(await samplesOf([utterance(0, 1.15), utterance(1.06, 0.5)], 3));
    expect(first?.[1]).toBeGreaterThan(0.9);
    expect(first?.[1]).toBeLessThan(1.01);
    expect(second?.[0]).toBeCloseTo(1.06, 2);
  });

  it('cuts a line that is far too long, so that lines never overlap', async () => {
    const spans = sounds(await samplesOf([utterance(0, 5), utterance(1, 5), utterance(2, 5)], 2.5));
    expect(spans).toHaveLength(3);
    expect(spans[0]?.[1]).toBeLessThan(1);
    expect(spans[2]?.[1]).toBeLessThan(2.5);
  });

  it('leaves out lines that have no room or lie beyond the end', async () => {
    const spans = sounds(await samplesOf([utterance(1, 1), utterance(1.1, 0.5), utterance(9, 1)], 3));
    expect(spans).toHaveLength(1);
    expect(spans[0]?.[0]).toBeCloseTo(1.1, 2);
  });

  it('is silence where nobody speaks', async () => {
    const samples = await samplesOf([], 2);
    expect(samples).toHaveLength(2 * 22_050);
    expect(samples.every((sample) => sample === 0)).toBe(true);
  });

  it('brings lines of another sample rate to its own', async () => {
    const spans = sounds(await samplesOf([utterance(0, 0.5), utterance(1, 0.5, 22_050)], 2));
    expect(spans[1]?.[0]).toBeCloseTo(1, 1);
    expect(spans[1]?.[1]).toBeCloseTo(1.5, 1);
  });

  it('pulls two lines ahead at most, and closes the stream when it is given up', async () => {
    let pulled = 0;
    let closed = false;
    async function* lines() {
      try {
        for (; pulled < 1_000; pulled += 1) yield utterance(pulled, 0.5);
      } finally {
        closed = true;
      }
    }
    const track = await narrationTrack(lines(), 1_000);
    for await (const _ of track.chunks) break;
    expect(pulled).toBeLessThanOrEqual(2);
    expect(closed).toBe(true);
  });

  it('holds chunks of a second at most while nobody speaks, for hours', async () => {
    const track = await narrationTrack([], 3 * 3_600);
    let seconds = 0;
    for await (const chunk of track.chunks) {
      expect(chunk.length).toBeLessThanOrEqual(2 * 22_050);
      seconds += chunk.length / 44_100;
    }
    expect(seconds).toBe(3 * 3_600);
  });
});
