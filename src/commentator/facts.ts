import type { Claim } from '../language/claims.js';
import { minuteOf } from '../language/minute.js';
import type { BelievedClaim } from './believed.js';
import { type Score, scoreOf } from './score.js';

/** A thing that happened, and when it was told, in seconds of presentation time. */
export interface Told {
  readonly type: string;
  readonly team: string | null;
  readonly at: number;
}

export interface Cards {
  readonly yellow: number;
  readonly red: number;
  readonly newest: { readonly card: 'yellow' | 'red'; readonly at: number };
}

export interface Substitutions {
  readonly count: number;
  readonly at: number;
}

/** What is known of the match from what was said. Bounded: one entry a team at most, and nothing else grows. */
export interface Facts {
  readonly score: Score | null;
  /** Goals called since the score was last said. */
  readonly goals: readonly Told[];
  /** When the newest of these or of those before was called: one that is told again is no other. */
  readonly goalAt: number | null;
  /** The newest kick-off, and whether a goal was called since: the next one then follows from that goal. */
  readonly kickOff: { readonly at: number; readonly goal: boolean } | null;
  readonly ball: Told | null;
  readonly last: Told | null;
  /** How far the match is: known from its first kick-off or from a whistle for a half on; `null` before. */
  readonly stage: 'first_half' | 'half_time' | 'second_half' | 'full_time' | null;
  /** Whether the first half's end was whistled: a second half that only a kick-off told of is a guess. */
  readonly whistled: boolean;
  /** The match's minute, where a line said it, until a half ends. */
  readonly minute: { readonly minute: number; readonly at: number } | null;
  readonly cards: ReadonlyMap<string, Cards>;
  readonly substitutions: ReadonlyMap<string, Substitutions>;
}

export const NO_FACTS: Facts = {
  score: null,
  goals: [],
  goalAt: null,
  kickOff: null,
  ball: null,
  last: null,
  stage: null,
  whistled: false,
  minute: null,
  cards: new Map(),
  substitutions: new Map(),
};

/** Teams remembered at most: a match has two, and a model that errs names some more. */
const MOST_TEAMS = 12;
/** Goals that can be called before anybody says the score. */
const MOST_GOALS = 20;
/** Seconds within which a second call of the same kind is of the same event. */
const SAME_EVENT = 20;
/** A kick-off so early in the stream, in seconds, with no goal before it, starts the match. */
const EARLY = 60;

/** Claims that say who has the ball from then on. */
const HAS_BALL = new Set([
  'possession',
  'interception',
  'tackle',
  'corner',
  'throw_in',
  'free_kick',
  'goal_kick',
  'kick_off',
  'penalty',
]);
/** Claims that are no event of the match. */
const NO_EVENT = new Set(['possession', 'score', 'replay', 'no_match']);

/** The facts after a line that was said at `at`. */
export function noteLine(facts: Facts, claims: readonly BelievedClaim[], text: string, at: number): Facts {
  const before = startsAnew(facts, claims) ? NO_FACTS : facts;
  const minute = minuteOf(text);
  const told = claims.reduce((known, claim) => (claim.goesOn ? goOn : noteClaim)(known, claim, at), before);
  const score = scoreOf(claims, before.score);
  return {
    ...told,
    ...(score === null ? {} : { score, goals: [] }),
    ...(minute === null ? {} : { minute: { minute, at } }),
  };
}

/** After the final whistle, a kick-off belongs to the next match. */
export function startsAnew(facts: Facts, claims: readonly Claim[]): boolean {
  return facts.stage === 'full_time' && claims.some(({ type }) => type === 'kick_off');
}

/** Play that goes on kicks off where a goal or half-time came before, and else goes on. */
function goOn(facts: Facts, claim: Claim, at: number): Facts {
  const isKickOff = facts.stage === 'half_time' || facts.kickOff?.goal === true;
  return isKickOff ? noteClaim(facts, claim, at) : facts;
}

function noteClaim(facts: Facts, claim: Claim, at: number): Facts {
  const { type, card } = claim;
  const team = claim.team ?? null;
  const told: Told = { type, team, at };
  return {
    ...facts,
    ...(NO_EVENT.has(type) ? {} : { last: told }),
    ...(team !== null && HAS_BALL.has(type) ? { ball: told } : {}),
    ...(type === 'goal' ? { ball: null, ...withGoal(facts, told) } : {}),
    ...(type === 'half_time' || type === 'full_time'
      ? { stage: type, whistled: true, ball: null, minute: null }
      : {}),
    ...(type === 'kick_off' ? { stage: stageAfterKickOff(facts, at), kickOff: { at, goal: false } } : {}),
    ...(type === 'card' && team !== null
      ? { cards: bounded(facts.cards, team, withCard(facts.cards.get(team), card ?? 'yellow', at)) }
      : {}),
    ...(type === 'substitution' && team !== null
      ? {
          substitutions: bounded(facts.substitutions, team, withChange(facts.substitutions.get(team), at)),
        }
      : {}),
  };
}

/** A kick-off starts the match, goes on after a goal, or, where nobody called a goal, starts the second half. */
function stageAfterKickOff({ stage, kickOff, score, goals, last }: Facts, at: number): Facts['stage'] {
  if (stage === 'half_time') return 'second_half';
  if (stage === 'first_half' && kickOff !== null && !kickOff.goal && at - kickOff.at > SAME_EVENT)
    return 'second_half';
  const isFirst = score === null && goals.length === 0 && last === null && at <= EARLY;
  return stage ?? (isFirst ? 'first_half' : null);
}

function withGoal({ goals, goalAt, kickOff }: Facts, goal: Told): Partial<Facts> {
  if (goalAt !== null && goal.at - goalAt < SAME_EVENT) return {};
  return {
    goals: [...goals, goal].slice(-MOST_GOALS),
    goalAt: goal.at,
    kickOff: kickOff && { ...kickOff, goal: true },
  };
}

/** A red card after a yellow one is another, however soon. */
function withCard(before: Cards | undefined, card: 'yellow' | 'red', at: number): Cards {
  const { yellow, red, newest } = before ?? { yellow: 0, red: 0, newest: null };
  if (before !== undefined && newest?.card === card && at - newest.at < SAME_EVENT) return before;
  const counted = card === 'red' ? { yellow, red: red + 1 } : { yellow: yellow + 1, red };
  return { ...counted, newest: { card, at } };
}

function withChange(before: Substitutions | undefined, at: number): Substitutions {
  if (before !== undefined && at - before.at < SAME_EVENT) return before;
  return { count: (before?.count ?? 0) + 1, at };
}

function bounded<Value>(known: ReadonlyMap<string, Value>, team: string, value: Value): Map<string, Value> {
  return new Map([...[...known].filter(([name]) => name !== team).slice(1 - MOST_TEAMS), [team, value]]);
}
