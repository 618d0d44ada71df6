import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { nextToken, type Sampling } from '../../../src/vlm/decoding/next-token.js';
import { seededRandom } from '../../../src/vlm/decoding/random.js';
import { heat, keepTopK, keepTopP, penaliseRepeats } from '../../../src/vlm/decoding/samplers.js';
import { fc } from '../../support/fc.js';

interface GoldenCase {
  readonly sampling: Sampling;
  readonly seen: number[];
  readonly logits: (number | null)[];
  readonly scores: (number | null)[];
}

/** What transformers computes; made by `models/parity/samplers.py`. */
const golden: GoldenCase[] = JSON.parse(
  readFileSync(new URL('../../fixtures/decoding/samplers.json', import.meta.url), 'utf8'),
);

const row = (values: readonly (number | null)[]) =>
  Float32Array.from(values, (value) => value ?? Number.NEGATIVE_INFINITY);

describe('the samplers', () => {
  it.each(golden)('leave what transformers leaves with $sampling', ({ sampling, seen, logits, scores }) => {
    const { temperature, topK, topP, repetitionPenalty } = sampling;
    let left = penaliseRepeats(row(logits), new Set(seen), repetitionPenalty);
    left = heat(left, temperature);
    if (topK > 0) left = keepTopK(left, topK);
    if (topP < 1) left = keepTopP(left, topP);
    for (const [id, score] of scores.entries())
      if (score === null) expect(left[id]).toBe(Number.NEGATIVE_INFINITY);
      else expect(left[id]).toBeCloseTo(score, 4);
  });

  it.each(golden)(
    'draw only what transformers leaves with $sampling',
    ({ sampling, seen, logits, scores }) => {
      const random = seededRandom(1);
      const drawn = new Set<number>();
      for (let draw = 0; draw < 400; draw++) drawn.add(nextToken(row(logits), { sampling, seen, random }).id);
      for (const id of drawn) expect(scores[id]).not.toBeNull();
      const left = scores.filter((score) => score !== null).length;
      if (left > 1) expect(drawn.size).toBeGreaterThan(1);
    },
  );

  it('draw each token as often as it is likely', () => {
    const sampling = { temperature: 1, topK: 0, topP: 1, repetitionPenalty: 1 };
    const random = seededRandom(3);
    const counts = [0, 0, 0];
    const logits = Float32Array.from([0.2, 0.3, 0.5], Math.log);
    for (let draw = 0; draw < 20_000; draw++) {
      const { id, probability } = nextToken(logits, { sampling, random });
      counts[id]!++;
      expect(probability).toBeCloseTo([0.2, 0.3, 0.5][id]!, 5);
    }
    for (const [id, share] of [0.2, 0.3, 0.5].entries()) expect(counts[id]! / 20_000).toBeCloseTo(share, 1);
  });

  it('always leave something, and never what was out', () => {
    const logit = fc.oneof(
      fc.float({ noNaN: true, min: -1e4, max: 1e4 }),
      fc.constant(Number.NEGATIVE_INFINITY),
    );
    fc.assert(
      fc.property(
        fc.array(logit, { minLength: 1, maxLength: 40 }).filter((all) => all.some(Number.isFinite)),
        fc.integer({ min: 1, max: 50 }),
        fc.float({ min: Math.fround(0.001), max: 1, noNaN: true }),
        (values, k, p) => {
          const before = Float32Array.from(values);
          const after = keepTopP(keepTopK(before, k), p);
          expect(after.some(Number.isFinite)).toBe(true);
          for (const [id, score] of after.entries())
            expect([before[id], Number.NEGATIVE_INFINITY]).toContain(score);
        },
      ),
    );
  });
});

describe('seeded random numbers', () => {
  const some = (seed: number, stream?: number) => Array.from({ length: 5 }, seededRandom(seed, stream));

  it('repeat with their seed, and differ with another', () => {
    expect(some(5)).toEqual(some(5));
    expect(some(5)).not.toEqual(some(6));
    expect(some(5)).not.toEqual(some(5, 1));
    expect(some(2 ** 40)).not.toEqual(some(0));
  });

  it('are spread evenly from 0 to 1', () => {
    const random = seededRandom(0);
    const counts = Array<number>(10).fill(0);
    for (let i = 0; i < 10_000; i++) counts[Math.floor(random() * 10)]!++;
    for (const count of counts) expect(Math.abs(count - 1_000)).toBeLessThan(150);
  });
});
