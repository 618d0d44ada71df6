import type { Claim } from '../language/claims.js';
import type { TruthEvent } from './truth.js';

/** A claim at the time at which it was made. */
export interface TimedClaim extends Claim {
  /** Seconds: the start of its cue. */
  readonly time: number;
  /** Index of its cue. */
  readonly cue: number;
}

export interface Match {
  readonly event: TruthEvent;
  readonly claim: TimedClaim;
}

/** Seconds between an event and a claim of it, at most. */
export const TOLERANCE = 2;

/**
 * Pairs events and claims of one type one to one, the nearest in time first. `sameTeam` lets an event go only with a
 * claim that names its team or none.
 */
export function matchEvents(
  events: readonly TruthEvent[],
  claims: readonly TimedClaim[],
  { sameTeam }: { sameTeam: boolean },
): Match[] {
  const pairs = events.flatMap((event) =>
    claims
      .filter((claim) => claim.type === event.type && Math.abs(claim.time - event.time) <= TOLERANCE)
      .filter((claim) => !sameTeam || claim.team === undefined || !event.team || claim.team === event.team)
      .map((claim) => ({ event, claim })),
  );
  const apart = ({ event, claim }: Match) => Math.abs(claim.time - event.time);
  const right = ({ event, claim }: Match) => (claim.team === event.team ? 0 : 1);
  pairs.sort(
    (a, b) =>
      apart(a) - apart(b) || right(a) - right(b) || a.event.id - b.event.id || a.claim.cue - b.claim.cue,
  );

  const takenEvents = new Set<TruthEvent>();
  const takenClaims = new Set<TimedClaim>();
  return pairs.filter(({ event, claim }) => {
    if (takenEvents.has(event) || takenClaims.has(claim)) return false;
    takenEvents.add(event);
    takenClaims.add(claim);
    return true;
  });
}

/** Precision, recall and their harmonic mean, each null where there is nothing to divide by. */
export interface Detection {
  readonly happened: number;
  readonly claimed: number;
  readonly matched: number;
  readonly precision: number | null;
  readonly recall: number | null;
  readonly f1: number | null;
}

export function detection(happened: number, claimed: number, matched: number): Detection {
  return {
    happened,
    claimed,
    matched,
    precision: ratio(matched, claimed),
    recall: ratio(matched, happened),
    f1: ratio(2 * matched, happened + claimed),
  };
}

/** `part / whole`, or null of an empty whole. */
export function ratio(part: number, whole: number): number | null {
  return whole === 0 ? null : part / whole;
}
