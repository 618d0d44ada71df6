import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { claimsOf } from '../../src/language/claims.js';
import { parseRoster, readRoster } from '../../src/roster/read-roster.js';
import { rosterLines, rosterNames, teamWords } from '../../src/roster/roster.js';

const EXAMPLE = fileURLToPath(new URL('../../samples/roster.yaml', import.meta.url));

describe('a roster', () => {
  it('tells a model who plays, in English and in Chinese', () => {
    const roster = readRoster(EXAMPLE);
    expect(rosterLines(roster, 'en')).toEqual([
      'Competition: Kickabout Cup.',
      'Stadium: Simulator Park.',
      'Ardley Rovers (ARD, Rovers, 阿德利), blue shirts, dark blue shorts, goalkeeper in turquoise: 1 Tom Keller (goalkeeper), 4 Ben Okafor (defender), 9 Luis Prado (forward), 11 Jan Visser (forward); coach Ida Marsh.',
      'Quay Athletic (QUA, Athletic, 奎伊), red shirts, white shorts, goalkeeper in yellow-green: 1 Oskar Lind (goalkeeper), 3 Femi Adeyemi (defender), 7 Mateo Ruiz (midfielder).',
      'Also there: Nora Whitfield.',
      'Call the goalkeeper "the keeper".',
      'Use no other names: call anybody else "a player".',
    ]);
    expect(rosterLines(roster, 'zh-CN')[0]).toBe('赛事：Kickabout Cup。');
  });

  it('gives the words for each team, the colour of the shirt among them, and every name', () => {
    const roster = readRoster(EXAMPLE);
    expect(teamWords(roster)[0]).toEqual({
      name: 'Ardley Rovers',
      words: ['Ardley Rovers', 'Rovers', '阿德利', 'blue', '蓝队', '蓝方'],
      codes: ['ARD'],
    });
    expect(rosterNames(roster)).toEqual(expect.arrayContaining(['Ida Marsh', '普拉多', 'Simulator Park']));
  });

  it('gives no word that both teams go by, and codes only as they are written', () => {
    const whites = parseRoster(
      `teams:
        - { name: Canada, code: CAN, kit: { shirt: white } }
        - { name: Norway, code: NEW, kit: { shirt: white with a stripe } }`,
      'r.yaml',
    );
    const teams = teamWords(whites);
    expect(claimsOf('White score!', 'en', teams)).toEqual([{ type: 'goal', team: 'White' }]);
    expect(claimsOf('What a goal! Can you believe it? A new leader.', 'en', teams)).toEqual([
      { type: 'goal' },
    ]);
    expect(claimsOf('Goal! CAN lead.', 'en', teams)).toEqual([{ type: 'goal', team: 'Canada' }]);

    const blues = parseRoster(
      `teams:
        - { name: Argentina, kit: { shirt: blue and white } }
        - { name: Italy, kit: { shirt: blue } }`,
      'r.yaml',
    );
    const named = (text: string) => claimsOf(text, 'en', teamWords(blues))[0]?.team;
    expect(named('Corner for Blue.')).toBe('Blue');
    expect(named('Corner for White.')).toBe('Argentina');
  });

  it('needs no more than a team', () => {
    const roster = parseRoster('teams: [{ name: Reds }]', 'r.yaml');
    expect(rosterLines(roster, 'en')[0]).toBe('Reds.');
  });

  it.each([
    ['teams: []', /line 1: teams: /],
    ['competition: Cup', /line 1: teams: /],
    ['teams:\n  - name: Reds\n    players:\n      - nmae: Ann', /line 4: teams\.0\.players\.0.*nmae/],
    ['teams:\n  - name: "Reds\\u202e"', /line 2: teams\.0\.name: one line of plain text/],
    ['teams: [{ name: Reds }', /line 1/],
    ['a: &a [1]\nteams: *a', /[Aa]lias/],
  ])('that is wrong is refused with the line and what to do: %j', (text, fault) => {
    expect(() => parseRoster(text, 'mine.yaml')).toThrow(fault);
    expect(() => parseRoster(text, 'mine.yaml')).toThrow(
      /^The roster mine\.yaml is not valid: .*samples\/roster\.yaml/,
    );
  });

  it('that is not there is refused', () => {
    expect(() => readRoster('/nowhere/match.yaml')).toThrow(
      expect.objectContaining({ code: 'ROSTER_INVALID', message: expect.stringContaining('cannot be read') }),
    );
  });
});
