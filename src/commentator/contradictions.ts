import type { BelievedClaim } from './believed.js';
import { type Facts, startsAnew } from './facts.js';
import { momentOf } from './moments.js';
import { goalsBetween, scoreOf } from './score.js';

/** Something that a line claims and that cannot be so. */
export interface Fault {
  /** The same for lines that claim the same. */
  readonly claim: string;
  /** True where what it contradicts was not said but given: no insisting makes it true. */
  readonly certain: boolean;
}

/** Claims that a team must be in the match for. */
const OF_THE_MATCH = new Set(['goal', 'score', 'penalty', 'card']);

/** What in these claims contradicts the facts, or a side that does not play (`sides`, where they are given); else null. */
export function faultOf(
  facts: Facts,
  claims: readonly BelievedClaim[],
  sides: ReadonlySet<string> | null,
): Fault | null {
  const stranger = claims.find(
    ({ type, team }) => OF_THE_MATCH.has(type) && team !== undefined && sides !== null && !sides.has(team),
  );
  if (stranger !== undefined) return { claim: `${stranger.type} ${stranger.team}`, certain: true };
  if (startsAnew(facts, claims)) return null;
  const claim = wrongWhistle(facts, claims) ?? wrongScore(facts, claims);
  return claim === null ? null : { claim, certain: false };
}

/** Each half ends once, the first before the second. */
function wrongWhistle({ stage, whistled }: Facts, claims: readonly BelievedClaim[]): string | null {
  const says = (type: string) => claims.some((claim) => claim.type === type);
  if (stage === 'first_half' && says('full_time')) return 'full_time';
  const isPast = stage === 'full_time' || (stage === 'second_half' && whistled);
  if (isPast && says('half_time')) return 'half_time';
  return null;
}

/** Nobody loses goals, and all but one must have been called: one can be missed. */
function wrongScore({ score: before, goals }: Facts, claims: readonly BelievedClaim[]): string | null {
  const score = scoreOf(claims, before);
  if (before === null || score === null) return null;
  const called = goals.length + (claims.some(({ type }) => type === 'goal') ? 1 : 0);
  const scored = goalsBetween(before, score);
  if (scored !== null && scored <= called + 1) return null;
  return `score ${score.team ?? ''} ${score.goals.join('-')}`;
}

/** Between sentences; the white space goes with the one before. */
const SENTENCES = /(?<=[.!?…][\p{Pe}\p{Pf}]*\s+)|(?<=[。！？][\p{Pe}\p{Pf}]*)(?![\p{Pe}\p{Pf}])/u;
/** Importance (0–1) from which the rest of a line is worth saying alone. */
const WORTH_SAYING = 0.5;

/**
 * A line without the sentences that are at fault, so that "Goal! Red lead one nil." is not lost for its score; of sentences that are at
 * fault together alone, the biggest. `null` where nothing of importance is left, or where what is left is at fault too.
 */
export function soundPart(text: string, faultOf: (text: string) => Fault | null): string | null {
  const sentences = text.split(SENTENCES);
  const sound = sentences.filter((sentence) => faultOf(sentence) === null);
  const rest = (sound.length < sentences.length ? sound.join('') : (biggest(sentences) ?? '')).trim();
  const isSound = rest !== text && momentOf(rest).importance >= WORTH_SAYING && faultOf(rest) === null;
  return isSound ? rest : null;
}

function biggest(sentences: readonly string[]): string | undefined {
  return sentences.toSorted((a, b) => momentOf(b).importance - momentOf(a).importance)[0];
}

export interface Doubts {
  /** True where a line with this fault must be held back. */
  mustHold(fault: Fault, at: number): boolean;
}

/** Times that a claim is heard until the facts, and not the claim, are taken for wrong. */
const INSISTENCE = 3;
/** Seconds between two hearings that count: a line said tick after tick is one observation. */
const APART = 5;
/** Seconds after which an unrepeated claim is forgotten. */
const FORGET = 120;
/** Claims doubted at once, at most. */
const MOST_DOUBTS = 8;

/**
 * Holds back what contradicts the facts. The facts come from lines that can have been wrong themselves, so a claim that is
 * heard `INSISTENCE` times, with time in between, is believed: one error must not silence the truth for the rest of a match.
 */
export function createDoubts(): Doubts {
  let doubts: readonly { readonly claim: string; readonly hearings: number; readonly at: number }[] = [];
  return {
    mustHold({ claim, certain }, at) {
      if (certain) return true;
      const before = doubts.find((doubt) => doubt.claim === claim && at - doubt.at < FORGET);
      const others = doubts.filter((doubt) => doubt.claim !== claim && at - doubt.at < FORGET);
      if (before !== undefined && at - before.at < APART) return true;
      const hearings = (before?.hearings ?? 0) + 1;
      doubts = hearings >= INSISTENCE ? others : [...others, { claim, hearings, at }].slice(-MOST_DOUBTS);
      return hearings < INSISTENCE;
    },
  };
}
