import { describe, expect, it } from 'vitest';
import { pcmDuration } from '../../src/media/wav.js';
import { cutTo, fitInto, MAX_TEMPO, reshape } from '../../src/narration/fit.js';

const second = { samples: new Int16Array(16_000).fill(8_000), sampleRateHz: 16_000 };

describe('fitInto', () => {
  it('leaves a line that has room at its own pace', () => {
    expect(fitInto(3, 2)).toEqual({ tempo: 1, cut: false });
  });
  it('hurries a line that is a little long', () => {
    expect(fitInto(2, 2.2)).toEqual({ tempo: 1.1, cut: false });
  });
  it('hurries no more than listeners bear, and cuts the rest', () => {
    expect(fitInto(1, 3)).toEqual({ tempo: MAX_TEMPO, cut: true });
  });
});

describe('reshape', () => {
  it('gives the same sound where nothing changes', async () => {
    expect(await reshape(second, 16_000, 1)).toBe(second);
  });
  it('changes the tempo', async () => {
    expect(pcmDuration(await reshape(second, 16_000, 1.25))).toBeCloseTo(0.8, 1);
  });
  it('changes the sample rate and keeps the duration', async () => {
    const reshaped = await reshape(second, 22_050, 1);
    expect(reshaped.sampleRateHz).toBe(22_050);
    expect(pcmDuration(reshaped)).toBeCloseTo(1, 2);
  });
});

describe('cutTo', () => {
  it('fades what it cuts, and leaves the rest as it is', () => {
    const cut = cutTo(0.5, second);
    expect(pcmDuration(cut)).toBe(0.5);
    expect(cut.samples[4_000]).toBe(8_000);
    expect(Math.abs(cut.samples.at(-1) ?? 0)).toBeLessThan(20);
    expect(second.samples.at(7_999)).toBe(8_000);
  });
  it('leaves a line alone that fits', () => {
    expect(cutTo(1, second)).toBe(second);
  });
});
