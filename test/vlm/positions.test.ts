import { describe, expect, it } from 'vitest';
import { textPositions, visionPositions } from '../../src/vlm/positions.js';
import { golden } from './tiny.js';

describe('M-RoPE positions', () => {
  it('stand where the reference puts each clip and its marks', () => {
    for (const { positions } of golden.ticks) {
      const start = positions[0][0]!;
      const opening = textPositions(start, 1);
      const block = visionPositions(opening.next, { t: 1, h: 8, w: 12 }, 4, 1);
      const closing = textPositions(block.next, 1);
      for (const [axis, name] of (['t', 'h', 'w'] as const).entries())
        expect([...opening[name], ...block[name], ...closing[name]]).toEqual(positions[axis]);
    }
  });

  it('advance all axes together through text', () => {
    expect(textPositions(7, 3)).toEqual({ t: [7, 8, 9], h: [7, 8, 9], w: [7, 8, 9], next: 10 });
  });

  // The example in the docstring of transformers' `get_rope_index`: temporal 3, height 2, width 2, 25 tokens a second, 1 fps in pairs.
  it('tell absolute time between the frames of one clip', () => {
    const { t, h, w, next } = visionPositions(0, { t: 3, h: 4, w: 4 }, 2, 50);
    expect(t).toEqual([0, 0, 0, 0, 50, 50, 50, 50, 100, 100, 100, 100]);
    expect(h).toEqual([0, 0, 1, 1, 0, 0, 1, 1, 0, 0, 1, 1]);
    expect(w).toEqual([0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1]);
    // One over the largest, as Qwen2.5-VL was trained; transformers 5 advances by the picture's side only.
    expect(next).toBe(101);
  });

  it('floor the time after the product', () => {
    const { t } = visionPositions(10, { t: 4, h: 4, w: 4 }, 4, 1.5);
    expect(t).toEqual([10, 11, 13, 14]);
  });
});
