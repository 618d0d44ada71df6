import { describe, expect, it } from 'vitest';
import { parseWav, pcmBytes, pcmDuration, pcmSamples, trimSilence, writeWav } from '../../src/media/wav.js';
import { fc } from '../support/fc.js';

const samples = Int16Array.of(0, 1, -1, 32_767, -32_768, 12);

describe('parseWav', () => {
  it('reads what writeWav writes, whatever the samples', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: -32_768, max: 32_767 })),
        fc.integer({ min: 8_000, max: 96_000 }),
        (values, rate) => {
          const pcm = { samples: Int16Array.from(values), sampleRateHz: rate };
          expect(parseWav(writeWav(pcm))).toEqual(pcm);
        },
      ),
    );
  });

  it('reads to the end where the header has a bogus length', () => {
    const wav = writeWav({ samples, sampleRateHz: 22_050 });
    const view = new DataView(wav.buffer);
    view.setUint32(4, 0x7ffff024, true);
    view.setUint32(40, 0x7ffff000, true);
    expect(parseWav(wav)?.samples).toEqual(samples);
  });

  it('skips the chunks that it does not know', () => {
    const wav = writeWav({ samples, sampleRateHz: 22_050 });
    const list = new Uint8Array([...new TextEncoder().encode('LIST'), 3, 0, 0, 0, 1, 2, 3, 0]);
    const withList = new Uint8Array([...wav.subarray(0, 36), ...list, ...wav.subarray(36)]);
    expect(parseWav(withList)?.samples).toEqual(samples);
  });

  it('mixes two channels down to one', () => {
    const wav = writeWav({ samples: Int16Array.of(100, 300, -50, 50), sampleRateHz: 8_000 });
    new DataView(wav.buffer).setUint16(22, 2, true);
    expect([...(parseWav(wav)?.samples ?? [])]).toEqual([200, 0]);
  });

  it('gives null for anything else, and never raises', () => {
    const wav = writeWav({ samples, sampleRateHz: 22_050 });
    expect(parseWav(new Uint8Array(0))).toBeNull();
    expect(parseWav(new TextEncoder().encode('x'.repeat(100)))).toBeNull();
    const float = wav.slice();
    new DataView(float.buffer).setUint16(20, 3, true);
    expect(parseWav(float)).toBeNull();
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 40 }), fc.nat(50), (noise, at) => {
        const broken = wav.slice();
        broken.set(noise.subarray(0, broken.length - at), at);
        parseWav(broken);
      }),
    );
  });
});

describe('pcmSamples', () => {
  it('reads a piece of a larger memory, whole samples only', () => {
    const pooled = Buffer.concat([pcmBytes(samples), Uint8Array.of(1)]);
    expect(pcmSamples(pooled)).toEqual(samples);
  });
});

describe('trimSilence', () => {
  it('keeps the sound and a margin on both sides', () => {
    const sound = new Int16Array(1_000);
    sound.fill(5_000, 400, 500);
    const trimmed = trimSilence({ samples: sound, sampleRateHz: 1_000 }, 0.02);
    expect(pcmDuration(trimmed)).toBeCloseTo(0.14);
    expect(trimmed.samples[20]).toBe(5_000);
  });

  it('leaves nothing of silence', () => {
    expect(trimSilence({ samples: new Int16Array(500), sampleRateHz: 1_000 }).samples).toHaveLength(0);
  });
});

describe('pcmSamples', () => {
  it('turns bytes at an odd offset into samples and leaves off half a sample', () => {
    const bytes = new Uint8Array([9, ...pcmBytes(samples), 7]).subarray(1);
    expect(pcmSamples(bytes)).toEqual(samples);
  });
});
