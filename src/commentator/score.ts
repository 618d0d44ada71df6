import type { BelievedClaim } from './believed.js';

/** A score as it was said. */
export interface Score {
  /** Whose goals come first; `null` where the sides are level or the line named none. */
  readonly team: string | null;
  readonly goals: readonly [number, number];
}

/** The score that a line claims after `before`, or null. Where it does not say whose goals come first, the reading that can follow counts. */
export function scoreOf(claims: readonly BelievedClaim[], before: Score | null = null): Score | null {
  const claim = claims.find(({ type }) => type === 'score');
  if (claim?.score === undefined) return null;
  const [first, second] = claim.score;
  const said: Score = { team: claim.team ?? null, goals: [first, second] };
  if (before === null || !claim.eitherWay || goalsBetween(before, said) !== null) return said;
  const turned: Score = { ...said, goals: [second, first] };
  return goalsBetween(before, turned) === null ? said : turned;
}

/**
 * Goals scored between two scores of one match; `null` where the later one cannot follow, because a side would have lost goals.
 * A match has two sides: a team other than the one named before is the other one. Where a score names no team, the reading
 * that makes sense counts.
 */
export function goalsBetween(before: Score, after: Score): number | null {
  const [first, second] = before.goals;
  const rises = readings(before, after)
    .filter(([own, other]) => own >= first && other >= second)
    .map(([own, other]) => own + other - first - second);
  return rises.length === 0 ? null : Math.min(...rises);
}

/** The goals of `after` in the order of `before`. */
function readings(before: Score, after: Score): (readonly [number, number])[] {
  const [first, second] = after.goals;
  if (before.team === null || after.team === null) {
    return [
      [first, second],
      [second, first],
    ];
  }
  return [before.team === after.team ? [first, second] : [second, first]];
}
