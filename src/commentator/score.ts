import type { Claim } from '../language/claims.js';

/** A score as it was said. */
export interface Score {
  /** Whose goals come first; `null` where the sides are level or the line named none. */
  readonly team: string | null;
  readonly goals: readonly [number, number];
}

/** The score that a line claims, or null. */
export function scoreOf(claims: readonly Claim[]): Score | null {
  const claim = claims.find(({ type }) => type === 'score');
  return claim?.score === undefined ? null : { team: claim.team ?? null, goals: claim.score };
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
