import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { openMatch } from '../../src/commentator/match.js';
import { createMemory } from '../../src/commentator/memory.js';
import { type CheckNames, openNames } from '../../src/commentator/names.js';
import { parseRoster } from '../../src/roster/read-roster.js';
import { rosterNames } from '../../src/roster/roster.js';
import { CONFIG, line, partial, tell } from './support.js';

const roster = parseRoster(
  readFileSync(new URL('../../samples/roster.yaml', import.meta.url), 'utf8'),
  'roster.yaml',
);

describe('names in English', () => {
  let check: CheckNames;
  beforeAll(async () => {
    check = await openNames('en', rosterNames(roster));
  });

  it.each([
    'Prado shoots from distance!',
    'What a goal by Luis Prado of Ardley Rovers!',
    "Keller's save, and Adeyemi clears for Quay Athletic.",
    'Oskar Lind, and a word from Ida Marsh here at Simulator Park.',
    'PRADO! GOAL!',
    'Red lead one nil, and the Blues attack.',
    'Yellow card for Sky Blue.',
    'Brilliant save by the keeper.',
    'Offside! The flag is up, and VAR agrees.',
    'Still level on a Monday night in May.',
    'Equaliser! Backpass, and the goalkeeper clears upfield.',
    'Free Kick to Blue, Goal Kick to Red.',
    'Goooal! Prado!',
    'Will Rovers score?',
    'Will Prado shoot?',
    'Mark Prado, somebody!',
    'GOOOOAL FOR ROVERS!',
    'Danger for Rovers here.',
    'Ball in the net! Pandemonium in the stands!',
    'Counterattack by Rovers, and teammates wait in the box.',
    'WHAT A THUNDERBOLT FROM DISTANCE! PRADO!',
    'BEAUTY OF A BALL, AND VAR AGREES.',
    "prado shoots, and they're all over the keeper: it's a goal kick.",
    'goooal for rovers, a half-time lead, and we’ll see a counter-attack or an offside soon.',
  ])('may be said: %s', (line) => {
    expect(check(line)).toBe(line);
  });

  it.each([
    ['What a goal by Mohamed Salah!', 'What a goal by a player!'],
    ['Salah shoots from distance!', 'A player shoots from distance!'],
    ['Odegaard threads it through to Prado.', 'A player threads it through to Prado.'],
    ['De Bruyne swings it in.', 'A player swings it in.'],
    ["Haaland's header, wide!", "A player's header, wide!"],
    ['Saved by goalkeeper Alisson Becker.', 'Saved by the goalkeeper.'],
    ['A cross from Kevin de Bruyne, cleared.', 'A cross from a player, cleared.'],
    ['Corner for Blue. Mbappe!', 'Corner for Blue. A player!'],
    ['SALAH SCORES!', 'A player SCORES!'],
    ['A HUGE CHANCE FOR HAALAND!', 'A HUGE CHANCE FOR a player!'],
    ['Mo Salah shoots.', 'A player shoots.'],
    ['Son Heung-min scores!', 'A player scores!'],
    ['salah shoots from distance!', 'A player shoots from distance!'],
    ["what a save from mbappe's header!", "what a save from a player's header!"],
  ])('that nobody gave are not said: %s', (line, said) => {
    expect(check(line)).toBe(said);
  });

  it.each(['Great work, and Manchester United lead.', 'The brilliant Salah again.', 'England lead one nil.'])(
    'hold back what cannot do without: %s',
    (line) => {
      expect(check(line)).toBe(null);
    },
  );

  it('leave every line of the bundled model as it is', async () => {
    const lines: { lang: string; text: string }[] = JSON.parse(
      readFileSync(new URL('../language/claims.json', import.meta.url), 'utf8'),
    );
    for (const lang of ['en', 'zh']) {
      const strict = await openNames(lang, []);
      const own = lines.filter((line) => line.lang === lang).map(({ text }) => text);
      expect(own.filter((text) => strict(text) !== text)).toEqual([]);
    }
  });
});

describe('names in other languages', () => {
  it('are told in Chinese where they cannot be other words', async () => {
    const check = await openNames('zh', rosterNames(roster));
    expect(check('普拉多射门，阿德利角球！')).toBe('普拉多射门，阿德利角球！');
    expect(check('穆罕默德·萨拉赫射门！')).toBe('一名球员射门！');
    expect(check('姆巴佩突破，传给Luis Prado。')).toBe('一名球员突破，传给Luis Prado。');
    expect(check('内马尔拿球，左路萨拉赫带球，姆巴佩加速，萨拉赫提速。')).toBe(
      '一名球员拿球，左路一名球员带球，一名球员加速，一名球员提速。',
    );
    const middleDot = await openNames('zh', ['基利安·姆巴佩']);
    expect(middleDot('姆巴佩射门，萨拉赫拿球。')).toBe('姆巴佩射门，一名球员拿球。');
    expect(check('Kevin De Bruyne传中，红队角球，VAR介入。')).toBe('一名球员传中，红队角球，VAR介入。');
  });

  it('hold a line back where capital letters tell them, and pass in German', async () => {
    const french = await openNames('fr', rosterNames(roster));
    expect(french('Tir de Luis Prado ! Corner pour Rovers.')).toBe('Tir de Luis Prado ! Corner pour Rovers.');
    expect(french('Un but de Kylian Mbappé !')).toBe(null);
    expect((await openNames('de', []))('Das ist ein Tor für die Gäste.')).toBe(
      'Das ist ein Tor für die Gäste.',
    );
  });
});

describe('a commentary with a roster', () => {
  it('says nobody else, counts what it cannot say, and shows no half of a name', async () => {
    const { checkNames } = await openMatch({ lang: 'en', strictNames: false }, roster);
    const { forms, drops } = tell(
      [
        partial(5, 'A shot by Mo'),
        partial(5, 'A shot by Mohamed Sal'),
        line(5, 'A shot by Mohamed Salah!'),
        line(12, 'Great work, and Manchester United lead.'),
        line(20, 'Prado wins it back.'),
      ],
      {},
      { checkNames },
    );
    expect(forms.map(({ text }) => text)).toEqual([
      'A shot by',
      'A shot by a player!',
      'Prado wins it back.',
    ]);
    expect(drops).toEqual(['name']);
  });

  it('shows no half of a name where the model writes no capital letters', async () => {
    const { checkNames } = await openMatch({ lang: 'en', strictNames: false }, roster);
    const { forms } = tell([partial(5, 'a shot by sal'), line(5, 'a shot by salah!')], {}, { checkNames });
    expect(forms.map(({ text }) => text)).toEqual(['a shot by', 'a shot by a player!']);
  });

  it('holds back a goal of a team that does not play', async () => {
    const match = await openMatch({ lang: 'en', strictNames: false }, roster);
    const memory = createMemory(CONFIG, match);
    expect(memory.faultOf('Goal for Blue!')).toBe(null);
    expect(memory.faultOf('Goal for Rovers!')).toBe(null);
    expect(memory.faultOf('Goal for Green!')).toEqual({ claim: 'goal Green', certain: true });
  });

  it.each([
    ['zh', 'blue', 'red', '蓝队进球！', '绿队进球！'],
    ['zh', '蓝色', '红色', '蓝队进球！', '绿队进球！'],
    ['en', 'dark blue', 'red and white stripes', 'Goal for Blue!', 'Goal for Green!'],
    ['en', 'sky blue', 'blue', 'Goal for Sky!', 'Goal for Green!'],
  ])(
    'knows them by the colours of their shirts: in %s, %s and %s',
    async (lang, one, other, goal, strange) => {
      const own = parseRoster(
        `teams: [{ name: Rovers, kit: { shirt: ${one} } }, { name: Athletic, kit: { shirt: ${other} } }]`,
        'r.yaml',
      );
      const memory = createMemory({ ...CONFIG, lang }, await openMatch({ lang, strictNames: false }, own));
      expect(memory.faultOf(goal)).toBe(null);
      expect(memory.faultOf(strange)).toMatchObject({ certain: true });
    },
  );

  it.each([
    'teams: [{ name: Rovers, kit: { shirt: blue } }]',
    'teams: [{ name: Rovers }, { name: Athletic }]',
  ])('believes a goal of a colour where it cannot tell whose it is: %s', async (text) => {
    const match = await openMatch({ lang: 'en', strictNames: false }, parseRoster(text, 'r.yaml'));
    expect(createMemory(CONFIG, match).faultOf('Goal for Green!')).toBe(null);
  });

  it('names nobody when names are strict and nobody said who plays', async () => {
    const { checkNames } = await openMatch({ lang: 'en', strictNames: true }, null);
    expect(checkNames?.('Prado wins it back for Red.')).toBe('A player wins it back for Red.');
    expect((await openMatch({ lang: 'en', strictNames: false }, null)).checkNames).toBe(null);
  });

  it('lets those who share the microphone call each other by name', async () => {
    const strict = await openMatch({ lang: 'en', strictNames: true }, null, ['Alex', 'Sam']);
    expect(strict.checkNames?.('Prado is through, Sam.')).toBe('A player is through, Sam.');
    const known = await openMatch({ lang: 'en', strictNames: false }, roster, ['Alex', 'Sam']);
    expect(known.checkNames?.('You saw it, Alex.')).toBe('You saw it, Alex.');
  });
});
