import { describe, expect, it } from 'vitest';
import { asciiOnly, isLatin, MAX_CHARACTERS, speakable } from '../../src/speech/speakable.js';
import { fc } from '../support/fc.js';

describe('speakable', () => {
  it.each([
    ['Goal!\r\n\tWhat a <b>strike</b>.', 'Goal! What a strike .'],
    ['[[wan5]] {x} \\n `ls` $(id)', 'wan5 x n ls id'],
    ['It is 3-1, and 2 – 0 on aggregate.', 'It is 3 1, and 2 0 on aggregate.'],
    ['On 2026-11-23 the number 10-year-old', 'On 2026-11-23 the number 10-year-old'],
  ])('reads %j as %j', (text, said) => {
    expect(speakable(text, 'en').replace(/ +/g, ' ')).toBe(said);
  });

  it('says a score in Chinese as one does', () => {
    expect(speakable('红队3-1领先', 'zh')).toBe('红队3比1领先');
  });

  it('says a range as one, where it is no score', () => {
    expect(speakable('From 20-25 yards, 3-1.', 'en')).toBe('From 20 to 25 yards, 3 1.');
    expect(speakable('20-25米外远射，2-3名球员', 'zh')).toBe('20到25米外远射，2到3名球员');
  });

  it('is empty where there is nothing to say', () => {
    for (const text of ['', ' \n ', '…!?', '<img src=x>', '🙂', '\u0000\u200b'])
      expect(speakable(text, 'en')).toBe('');
  });

  it('cuts what is too long, at a word', () => {
    const said = speakable('word '.repeat(1_000), 'en');
    expect(said.length).toBeLessThanOrEqual(MAX_CHARACTERS);
    expect(said.endsWith('word')).toBe(true);
  });

  it('never lets control characters, brackets, quotes of shells or lone surrogates through', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.constantFrom('en', 'zh'), (text, lang) => {
        const said = speakable(text, lang);
        expect(said).not.toMatch(/[\p{Cc}\p{Cs}`$\\()[\]{}<>|]/u);
        expect(said.length).toBeLessThanOrEqual(MAX_CHARACTERS);
      }),
    );
  });
});

describe('isLatin', () => {
  it('tells scripts apart, whatever the punctuation', () => {
    expect(isLatin('Müller, 3–1! “Olé”')).toBe(true);
    expect(isLatin('Гол')).toBe(false);
    expect(isLatin('进球')).toBe(false);
  });
});

describe('asciiOnly', () => {
  it('folds accents and quotes and drops the rest', () => {
    expect(asciiOnly('Müller’s “olé” – 🙂 yes')).toBe("Muller's ole - yes");
  });
});
