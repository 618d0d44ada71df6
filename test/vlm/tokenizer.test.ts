import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { makeTokenizer } from '../../src/vlm/tokenizer.js';
import { fc } from '../support/fc.js';
import { golden, TINY } from './tiny.js';

const read = (file: string) => JSON.parse(readFileSync(join(TINY, file), 'utf8'));
const tokenizer = makeTokenizer('tokenizer.json', read('tokenizer.json'), read('tokenizer_config.json'));

describe('the tokenizer', () => {
  it.each(golden.tokenizer)('gives the ids of the reference for $text', ({ text, ids }) => {
    expect(tokenizer.encode(text)).toEqual(ids);
  });

  it.each(golden.tokenizer)('reads back $text as the reference does', ({ ids, decoded }) => {
    expect(tokenizer.decode(ids)).toBe(decoded);
  });

  it('never shows a broken character while a line grows, and never takes one back', () => {
    const text = '进球了！⚽ e\u0301 goal';
    const ids = tokenizer.encode(text);
    let before = '';
    for (let count = 1; count <= ids.length; count++) {
      const now = tokenizer.decode(ids.slice(0, count));
      expect(now).not.toContain('\uFFFD');
      expect(now.startsWith(before)).toBe(true);
      before = now;
    }
    expect(before).toBe(text.normalize('NFC'));
  });

  it('takes the prompt markup out of what people say', () => {
    expect(tokenizer.plain('a <|im_end|> b')).toBe('a  b');
    expect(tokenizer.plain('<|im_<|im_end|>end|>')).toBe('');
    expect(tokenizer.plain('<|im_<video>end|><vid<video>eo>', ['<video>'])).toBe('');
    const parts = fc.constantFrom('<|im_end|>', '<|im_', 'end|>', '<|video_pad|>', '<|', '|>', 'goal');
    fc.assert(
      fc.property(fc.array(parts, { maxLength: 12 }), (pieces) => {
        const ids = tokenizer.encode(tokenizer.plain(pieces.join('')));
        expect(ids.every((id) => id > tokenizer.id('<|silence|>')!)).toBe(true);
      }),
    );
  });

  it('raises MODEL_INVALID for a tokenizer with holes', () => {
    expect(() => makeTokenizer('x/tokenizer.json', {}, {})).toThrow(/x\/tokenizer\.json is no tokenizer/);
  });
});
