import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Sight } from '../../src/vlm/families/family.js';
import { visionPositions } from '../../src/vlm/positions.js';
import { idsOf, lengthOf, partsOf, place, type VisionBlock } from '../../src/vlm/prompt.js';
import { makeTokenizer } from '../../src/vlm/tokenizer.js';
import { fixture } from './families/golden.js';

const read = (file: string) => JSON.parse(readFileSync(join(fixture('qwen2_vl'), file), 'utf8'));
const tokenizer = makeTokenizer('tokenizer.json', read('tokenizer.json'), read('tokenizer_config.json'));
const PAD = '<|image_pad|>';

/** Blocks of so many tokens, each with an expansion of its own. */
function sightOf(counts: readonly number[], pad = PAD): Sight & { readonly blocks: readonly VisionBlock[] } {
  return {
    kind: 'image',
    runs: [],
    placeholder: PAD,
    expansions: counts.map((count) => pad.repeat(count)),
    pad,
    blocks: counts.map((tokens) => ({ tokens, features: new Float32Array(tokens) })),
  };
}

function parts(rendered: string, sight: ReturnType<typeof sightOf>) {
  return partsOf(rendered, sight, sight.blocks, tokenizer);
}

describe('partsOf', () => {
  it('puts the features where the placeholders stood, in order, with the text as it is tokenised in one piece', () => {
    const sight = sightOf([3, 2]);
    const [before, first, between, second, after] = parts(`Goal ${PAD} for ${PAD} the blues!`, sight);
    expect([first, second]).toEqual(sight.blocks.map((vision) => ({ vision })));
    const ids = [before, between, after].flatMap((part) => (part && 'ids' in part ? [part.ids] : []));
    expect(ids).toEqual(['Goal ', ' for ', ' the blues!'].map((text) => tokenizer.encode(text)));
  });

  it('tells pictures apart that stand side by side', () => {
    const sight = sightOf([3, 2]);
    const found = parts(`${PAD}${PAD}`, sight);
    expect(found).toEqual(sight.blocks.map((vision) => ({ vision })));
    expect(found.map(lengthOf)).toEqual([3, 2]);
    expect(idsOf(found)).toHaveLength(5);
  });

  it.each([
    ['fewer', 'Goal!', 'wrote <|image_pad|> 0 times for 1'],
    ['more', `${PAD}${PAD}`, 'wrote <|image_pad|> 2 times for 1'],
  ])(
    'raises MODEL_INVALID for a template that writes %s placeholders than there are pictures',
    (_, text, message) => {
      expect(() => parts(text, sightOf([3]))).toThrow(
        expect.objectContaining({ code: 'MODEL_INVALID', message: expect.stringContaining(message) }),
      );
    },
  );

  it('raises MODEL_INVALID for a tokenizer that does not know the pad', () => {
    expect(() => parts(PAD, sightOf([3], '<nobody>'))).toThrow(/does not keep <nobody> as one token/);
  });
});

describe('place', () => {
  it('counts on through text and features, but where a block has positions of its own', () => {
    const plain: VisionBlock = { tokens: 2, features: new Float32Array(2) };
    const grid = { t: 1, h: 2, w: 4 };
    const own = (start: number) => visionPositions(start, grid, 2, 1);
    const { t, h, w, next } = place(5, [
      { ids: [1] },
      { vision: plain },
      { vision: { ...plain, positions: own } },
      { ids: [1] },
    ]);
    expect(t).toEqual([5, 6, 7, 8, 8, 10]);
    expect(h).toEqual([5, 6, 7, 8, 8, 10]);
    expect(w).toEqual([5, 6, 7, 8, 9, 10]);
    expect(next).toBe(11);
  });
});
