import { type Lexicon, lexiconOf, plainWord, type TeamWords } from './lexicon.js';

/** One thing that a line says has happened or is so. */
export interface Claim {
  /** An event type of the truth file, or `score`, `possession`, `replay`, `no_match`, … */
  readonly type: string;
  /** English name of the team. */
  readonly team?: string;
  readonly card?: 'yellow' | 'red';
  /** Goals for `team` and against it; without `team` the sides are level or the line names none. */
  readonly score?: readonly [number, number];
}

interface Hit {
  readonly at: number;
  readonly type: string;
  readonly word: string;
}

interface TeamHit {
  readonly at: number;
  readonly clause: number;
  readonly name: string;
  /** The words before it say that this team acts: "by the …". */
  readonly acts: boolean;
}

interface ScoreHit {
  readonly at: number;
  readonly goals: readonly [number, number];
  /** Whose goals the first number is, where the line says it. */
  readonly team?: string;
}

/** Stands for what a rule has read, so that positions stay. */
const READ = '\u0000';

/** Events that belong to no team. */
const OF_NO_TEAM = new Set(['half_time', 'full_time']);

/**
 * What a line of commentary claims, by the rules of `models/kickabout/lexicon.json`; nothing in a language without a lexicon. A
 * line that names a team but no event claims that team's possession. `models/kickabout/corpus/claims.py` reads alike,
 * and a test holds the two together. `match` names
 * its teams, which are known beside the colours of the lexicon.
 */
export function claimsOf(line: string, lang: string, match?: readonly TeamWords[]): Claim[] {
  const lexicon = lexiconOf(lang, match);
  if (lexicon === undefined) return [];
  const text = readable(line, lexicon);
  const alone = lexicon.alone.find(({ pattern }) => text.search(pattern) >= 0);
  if (alone !== undefined) return [{ type: alone.type }];

  const clauseAt = clauseCounter(text, lexicon.clause);
  const events = readEvents(text, lexicon);
  const scores = readScores(events.left, lexicon);
  const teams = readTeams(scores.left, lexicon, clauseAt);
  const teamAt = teamFinder(teams, scores.hits, clauseAt);

  const claims = [...new Set(events.hits.map(({ type }) => type))].map((type) =>
    eventClaim(
      type,
      events.hits.filter((hit) => hit.type === type),
      teamAt,
    ),
  );
  const score = scores.hits[0];
  if (score !== undefined) claims.push(scoreClaim(score, text.search(lexicon.score.behind) >= 0, teamAt));
  const [first] = teams;
  if (claims.length === 0 && first !== undefined) return [{ type: 'possession', team: first.name }];
  return claims;
}

/** The English names of the teams that a line names. */
export function teamsIn(line: string, lang: string, match?: readonly TeamWords[]): ReadonlySet<string> {
  const lexicon = lexiconOf(lang, match);
  if (lexicon === undefined) return new Set();
  const words = readable(line, lexicon).match(lexicon.team) ?? [];
  return new Set(words.map((word) => lexicon.teamNames.get(word) ?? word));
}

/** A line as it is read. What is only spelt like a team's code has no meaning here. */
function readable(line: string, { code, codes }: Lexicon): string {
  return plainWord(line.replace(code, (word) => (codes.has(word) ? word : READ.repeat(word.length))));
}

function clauseCounter(text: string, edge: RegExp): (at: number) => number {
  const edges = [...text.matchAll(edge)].map(({ index }) => index);
  return (at) => edges.filter((position) => position < at).length;
}

/** Event words, rule by rule: what a rule has read is closed to the later ones. */
function readEvents(text: string, { events }: Lexicon): { hits: Hit[]; left: string } {
  const hits: Hit[] = [];
  let left = text;
  for (const { type, pattern } of events) {
    if (type !== '') {
      for (const match of left.matchAll(pattern)) hits.push({ at: match.index, type, word: match[0] });
    }
    left = blank(left, pattern);
  }
  return { hits: hits.sort((a, b) => a.at - b.at), left };
}

function readScores(text: string, lexicon: Lexicon): { hits: ScoreHit[]; left: string } {
  const { teams, pair, level, nil } = lexicon.score;
  const goals = (word: string | undefined) => lexicon.numbers.get(word ?? '') ?? 0;
  const hits: ScoreHit[] = [...text.matchAll(teams)].map((match) => ({
    at: match.index,
    goals: [goals(match[2]), goals(match[4])],
    team: lexicon.teamNames.get(match[1] ?? '') ?? '',
  }));
  const withoutTeams = blank(text, teams);
  for (const match of withoutTeams.matchAll(pair)) {
    hits.push({ at: match.index, goals: [goals(match[1]), goals(match[2])] });
  }
  const left = blank(withoutTeams, pair);
  for (const match of left.matchAll(level)) {
    hits.push({ at: match.index, goals: [goals(match[1]), goals(match[1])] });
  }
  for (const match of left.matchAll(nil)) hits.push({ at: match.index, goals: [0, 0] });
  return { hits: hits.sort((a, b) => a.at - b.at), left };
}

function readTeams(text: string, lexicon: Lexicon, clauseAt: (at: number) => number): TeamHit[] {
  return [...text.matchAll(lexicon.team)].map((match) => ({
    at: match.index,
    clause: clauseAt(match.index),
    name: lexicon.teamNames.get(match[0]) ?? '',
    acts: lexicon.actor.test(text.slice(0, match.index)),
  }));
}

type TeamFinder = (at: number, reach: 'clause' | 'line') => string | undefined;

/** Whose an event word is: its clause's team; else the line's only team; else that of the nearest clause before, or after. */
function teamFinder(
  teams: readonly TeamHit[],
  scores: readonly ScoreHit[],
  clauseAt: (at: number) => number,
): TeamFinder {
  const named = new Set([...teams.map(({ name }) => name), ...scores.flatMap(({ team }) => team ?? [])]);
  const [only] = named;
  return (at, reach) => {
    const clause = clauseAt(at);
    const own = teams.filter((team) => team.clause === clause);
    if (own.length > 0 || reach === 'clause') return actorOf(own);
    if (named.size === 1) return only;
    const nearest = teams.findLast((team) => team.clause < clause) ?? teams[0];
    return actorOf(teams.filter((team) => team.clause === nearest?.clause));
  };
}

function actorOf(teams: readonly TeamHit[]): string | undefined {
  return (teams.find(({ acts }) => acts) ?? teams[0])?.name;
}

function eventClaim(type: string, hits: readonly Hit[], teamAt: TeamFinder): Claim {
  const near = hits.map(({ at }) => teamAt(at, 'clause')).find((team) => team !== undefined);
  const team = OF_NO_TEAM.has(type) ? undefined : (near ?? teamAt(hits[0]?.at ?? 0, 'line'));
  return {
    type,
    ...(team === undefined ? {} : { team }),
    ...(type === 'card'
      ? { card: hits.some(({ word }) => /red|sent off|红/u.test(word)) ? 'red' : 'yellow' }
      : {}),
  };
}

function scoreClaim(
  { at, goals: [first, second], team: said }: ScoreHit,
  behind: boolean,
  teamAt: TeamFinder,
): Claim {
  if (first === second) return { type: 'score', score: [first, second] };
  const team = said ?? teamAt(at, 'line');
  const low = said === undefined && behind;
  return {
    type: 'score',
    score: low ? [Math.min(first, second), Math.max(first, second)] : [first, second],
    ...(team === undefined ? {} : { team }),
  };
}

function blank(text: string, pattern: RegExp): string {
  return text.replace(pattern, (read) => READ.repeat(read.length));
}
