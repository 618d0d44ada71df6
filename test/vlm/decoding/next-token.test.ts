import { describe, expect, it } from 'vitest';
import { BoothError } from '../../../src/errors.js';
import { nextToken, withBiases } from '../../../src/vlm/decoding/next-token.js';

describe('nextToken', () => {
  it('takes the likeliest and says how likely it is', () => {
    const { id, probability } = nextToken(Float32Array.of(0, Math.log(3), 0));
    expect(id).toBe(1);
    expect(probability).toBeCloseTo(0.6, 6);
  });

  it('takes the lowest id of equals', () => {
    expect(nextToken(Float32Array.of(1, 2, 2)).id).toBe(1);
  });

  it('never takes a forbidden token, and shares its probability among the others', () => {
    const { id, probability } = nextToken(Float32Array.of(9, 1, 1), { forbidden: [0] });
    expect(id).toBe(1);
    expect(probability).toBeCloseTo(0.5, 6);
  });

  it('adds the bias before choosing, and leaves the logits as they were', () => {
    const logits = Float32Array.of(1, 0);
    expect(nextToken(withBiases(logits, [{ id: 1, by: 2 }])).id).toBe(1);
    expect([...logits]).toEqual([1, 0]);
  });

  it('keeps its numbers when logits are huge', () => {
    expect(nextToken(Float32Array.of(3e38, -3e38)).probability).toBe(1);
  });

  it.each([
    ['NaN', Float32Array.of(0, Number.NaN)],
    ['infinity', Float32Array.of(0, Number.POSITIVE_INFINITY)],
    ['nothing but impossible tokens', Float32Array.of(Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY)],
    ['no logits', new Float32Array(0)],
  ])('raises INFERENCE_FAILED for %s', (_, logits) => {
    expect(() => nextToken(logits)).toThrow(BoothError);
    expect(() => nextToken(logits)).toThrow(/as the logit of token/);
  });
});
