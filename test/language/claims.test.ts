import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { type Claim, claimsOf } from '../../src/language/claims.js';
import { fc } from '../support/fc.js';

interface Reading {
  readonly lang: string;
  readonly text: string;
  readonly claims: Claim[];
}

/** Written by `models/kickabout/corpus/parity.py`. */
const readings: Reading[] = JSON.parse(readFileSync(new URL('claims.json', import.meta.url), 'utf8'));

describe('claimsOf', () => {
  it('reads every line as the Python parser does', () => {
    expect(readings.length).toBeGreaterThan(300);
    const differing = readings
      .map(({ lang, text, claims }) => ({ text, want: claims, got: claimsOf(text, lang) }))
      .filter(({ want, got }) => JSON.stringify(sorted(got)) !== JSON.stringify(sorted(want)));
    expect(differing).toEqual([]);
  });

  it('reads a goal with its score from the scorer’s view', () => {
    expect(claimsOf('Goal! Red lead two one!', 'en')).toEqual([
      { type: 'goal', team: 'Red' },
      { type: 'score', team: 'Red', score: [2, 1] },
    ]);
    expect(claimsOf('进球了！蓝队二比一领先！', 'zh-CN')).toEqual([
      { type: 'goal', team: 'Blue' },
      { type: 'score', team: 'Blue', score: [2, 1] },
    ]);
  });

  it('takes the colour of a card for no team', () => {
    expect(claimsOf('Red card for Blue!', 'en')).toEqual([{ type: 'card', team: 'Blue', card: 'red' }]);
    expect(claimsOf('Yellow card!', 'en')).toEqual([{ type: 'card', card: 'yellow' }]);
  });

  it('takes a replay for nothing new', () => {
    expect(claimsOf('Another look at that goal by Red.', 'en')).toEqual([{ type: 'replay' }]);
  });

  it('claims nothing in a language that it cannot read', () => {
    expect(claimsOf('But pour les Rouges !', 'fr')).toEqual([]);
  });

  it('reads any text without failing, and the same whatever its case', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'grapheme', maxLength: 80 }),
        fc.constantFrom('en', 'zh'),
        (text, lang) => {
          expect(Array.isArray(claimsOf(text, lang))).toBe(true);
        },
      ),
    );
    fc.assert(
      fc.property(fc.constantFrom(...readings), ({ text, lang }) => {
        expect(claimsOf(text.toUpperCase(), lang)).toEqual(claimsOf(text, lang));
      }),
    );
  });
});

/** Keys in one order, so that only meaning is compared. */
function sorted(claims: readonly Claim[]): unknown[] {
  return claims.map(({ type, team, card, score }) => [type, team, card, score]);
}

describe('claimsOf with the teams of a match', () => {
  const teams = [
    { name: 'Ardley Rovers', words: ['Ardley Rovers', 'Rovers', 'Reds', 'red', '阿德利'] },
    { name: 'F.C. Quay+', words: ['F.C. Quay+', 'Quay'] },
  ];

  it('knows them by each of their words, whatever stands in them', () => {
    expect(claimsOf('Goal for Ardley Rovers! Rovers lead one nil.', 'en', teams)).toEqual([
      { type: 'goal', team: 'Ardley Rovers' },
      { type: 'score', team: 'Ardley Rovers', score: [1, 0] },
    ]);
    expect(claimsOf('Corner to Quay.', 'en', teams)).toEqual([{ type: 'corner', team: 'F.C. Quay+' }]);
    expect(claimsOf('阿德利角球', 'zh', teams)).toEqual([{ type: 'corner', team: 'Ardley Rovers' }]);
  });

  it('lets a kit stand for its team, and knows the other colours still', () => {
    expect(claimsOf('Corner for Red.', 'en', teams)).toEqual([{ type: 'corner', team: 'Ardley Rovers' }]);
    expect(claimsOf('Corner for Green.', 'en', teams)).toEqual([{ type: 'corner', team: 'Green' }]);
  });

  it('reads substitutions', () => {
    expect(claimsOf('Substitution for Quay.', 'en', teams)).toEqual([
      { type: 'substitution', team: 'F.C. Quay+' },
    ]);
    expect(claimsOf('红队换人。', 'zh')).toEqual([{ type: 'substitution', team: 'Red' }]);
  });
});
