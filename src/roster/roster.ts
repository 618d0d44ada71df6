import { z } from 'zod';
import { colours, coloursIn, colourWords, type TeamWords } from '../language/lexicon.js';

const line = (longest: number) =>
  z
    .string()
    .trim()
    .min(1)
    .max(longest)
    .regex(/^[^\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]*$/u, 'one line of plain text');
const name = line(80);
/** Other words for the same: nicknames, short forms, names in other languages. */
const also = z.array(name).max(16).default([]).readonly();

const player = z.strictObject({
  number: z.number().int().min(0).max(999).optional(),
  name,
  also,
  position: line(40).optional(),
});

const team = z.strictObject({
  name,
  code: line(12).optional(),
  also,
  /** Colours in words: a model sees the shirt, not the name on it. */
  kit: z
    .strictObject({ shirt: line(40), shorts: line(40), keeper: line(40) })
    .partial()
    .default({}),
  coach: name.optional(),
  players: z.array(player).max(60).default([]).readonly(),
});

/** A roster file; docs/roster.md tells what each field is for. */
export const rosterSchema = z.strictObject({
  competition: name.optional(),
  stadium: name.optional(),
  teams: z.array(team).min(1).max(2).readonly(),
  /** Others who may be named: the referee, a guest. */
  people: z.array(name).max(40).default([]).readonly(),
  /** How to speak of this event, a sentence each. */
  style: z.array(line(300)).max(12).default([]).readonly(),
});

/** Who plays, where, and who may be named. */
export type Roster = Readonly<z.output<typeof rosterSchema>>;
export type RosterTeam = Roster['teams'][number];

/** The teams by every word that a line may call them by: those of the shirt's colour too, in every language. */
export function teamWords({ teams }: Roster): readonly TeamWords[] {
  return teams.map((team) => {
    const { name, code, also } = team;
    const words = [name, ...also, ...ownShirt(team, teams), ...ownColours(team, teams).flatMap(colourWords)];
    return { name, words: [...new Set(words)], codes: code ? [code] : [] };
  });
}

/** The words for a team's shirt, where the other's is not called so, in whole or by its colour. */
function ownShirt(team: RosterTeam, teams: readonly RosterTeam[]): readonly string[] {
  const { shirt } = team.kit;
  if (shirt === undefined) return [];
  if (coloursIn(shirt).length > 0) return ownColours(team, teams).length > 0 ? [shirt] : [];
  return teams.some((other) => other !== team && other.kit.shirt === shirt) ? [] : [shirt];
}

/** Every side that a line may credit with a goal: the teams, and where not both are known by a colour, whoever is called by one. */
export function sides({ teams }: Roster): ReadonlySet<string> {
  const isKnown = teams.length === 2 && teams.every((team) => ownColours(team, teams).length > 0);
  return new Set([...teams.map(({ name }) => name), ...(isKnown ? [] : colours())]);
}

/** Colours of a team's shirt that the other's has not. */
function ownColours(team: RosterTeam, teams: readonly RosterTeam[]): readonly string[] {
  const others = teams.filter((other) => other !== team).flatMap(({ kit }) => coloursIn(kit.shirt ?? ''));
  return coloursIn(team.kit.shirt ?? '').filter((colour) => !others.includes(colour));
}

/** Every name that may be spoken. */
export function rosterNames(roster: Roster): readonly string[] {
  const { competition, stadium, teams, people } = roster;
  return [
    ...[competition, stadium].filter((known) => known !== undefined),
    ...teams.flatMap(({ name, code, also, coach, players }) => [
      name,
      ...also,
      ...[code, coach].filter((known) => known !== undefined),
      ...players.flatMap((player) => [player.name, ...player.also]),
    ]),
    ...people,
  ];
}

/** Lines that tell a model who plays, in English or Chinese. */
export function rosterLines(roster: Roster, lang: string): readonly string[] {
  const words = lang.split('-')[0] === 'zh' ? CHINESE : ENGLISH;
  const { competition, stadium, teams, people, style } = roster;
  return [
    ...(competition ? [words.competition(competition)] : []),
    ...(stadium ? [words.stadium(stadium)] : []),
    ...teams.map((team) => words.team(team)),
    ...(people.length > 0 ? [words.people(people.join(', '))] : []),
    ...style,
    words.others,
  ];
}

const ENGLISH = {
  competition: (name: string) => `Competition: ${name}.`,
  stadium: (name: string) => `Stadium: ${name}.`,
  team: (team: RosterTeam) => {
    const { shirt, shorts, keeper } = team.kit;
    const kit = [
      ...(shirt ? [`${shirt} shirts`] : []),
      ...(shorts ? [`${shorts} shorts`] : []),
      ...(keeper ? [`goalkeeper in ${keeper}`] : []),
    ];
    const coach = team.coach ? `; coach ${team.coach}` : '';
    return `${heading(team)}${kit.length > 0 ? `, ${kit.join(', ')}` : ''}${playersOf(team, ': ')}${coach}.`;
  },
  people: (names: string) => `Also there: ${names}.`,
  others: 'Use no other names: call anybody else "a player".',
};

const CHINESE: typeof ENGLISH = {
  competition: (name) => `赛事：${name}。`,
  stadium: (name) => `球场：${name}。`,
  team: (team) => {
    const { shirt, shorts, keeper } = team.kit;
    const kit = [
      ...(shirt ? [`球衣${shirt}`] : []),
      ...(shorts ? [`短裤${shorts}`] : []),
      ...(keeper ? [`门将${keeper}`] : []),
    ];
    const coach = team.coach ? `；教练${team.coach}` : '';
    return `${heading(team)}${kit.length > 0 ? `，${kit.join('，')}` : ''}${playersOf(team, '：')}${coach}。`;
  },
  people: (names) => `在场的还有：${names}。`,
  others: '不要说其他名字：其他人一律称“一名球员”。',
};

function heading({ name, code, also }: RosterTeam): string {
  const others = [...(code ? [code] : []), ...also];
  return others.length > 0 ? `${name} (${others.join(', ')})` : name;
}

function playersOf({ players }: RosterTeam, before: string): string {
  if (players.length === 0) return '';
  const each = players.map(({ number, name, position }) =>
    [...(number === undefined ? [] : [number]), name, ...(position ? [`(${position})`] : [])].join(' '),
  );
  return `${before}${each.join(', ')}`;
}
