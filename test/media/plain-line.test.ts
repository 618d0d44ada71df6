import { describe, expect, it } from 'vitest';
import { plainLine } from '../../src/media/plain-line.js';
import { fc } from '../support/fc.js';

describe('plainLine', () => {
  it.each([
    ['  two\r\nlines\tand\u2028more\u0085still ', 'two lines and more still'],
    ['\u001b[31mred\u0007\u0000', '[31mred'],
    ['a\u202eb\u2066c\u200bd\ufeff', 'abcd'],
    ['a \u0000 b', 'a b'],
    ['\ud83dx\ude00 😀', 'x 😀'],
    ['👨‍👩‍👧 نعم 红队。', '👨‍👩‍👧 نعم 红队。'],
    ['\u0301传球，  \u0300e\u0301 🏽 \u200d\u0600 end', '传球， e\u0301 end'],
  ])('%j becomes %j', (text, line) => {
    expect(plainLine(text)).toBe(line);
  });

  it('changes nothing the second time', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(plainLine(plainLine(text))).toBe(plainLine(text));
      }),
    );
  });
});
