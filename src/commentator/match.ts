import type { CommentatorConfig } from '../config.js';
import type { TeamWords } from '../language/lexicon.js';
import { type Roster, rosterLines, rosterNames, sides, teamWords } from '../roster/roster.js';
import { type CheckNames, openNames } from './names.js';

/** What is known beforehand of the match that is commentated on, in one language. */
export interface Match {
  /** Every team that plays; empty where nobody said. */
  readonly teams: readonly TeamWords[];
  /** Who alone may be credited with a goal; `null` where nobody said. */
  readonly sides: ReadonlySet<string> | null;
  /** Lines that tell a model who plays. */
  readonly lines: readonly string[];
  /** `null` where anybody may be named. */
  readonly checkNames: CheckNames | null;
  /** What a persona can mention. */
  readonly event: {
    readonly competition?: string | undefined;
    readonly stadium?: string | undefined;
    readonly teams?: string;
    readonly style?: string;
  };
}

/** A match of which nothing is known: any name may be spoken. */
export const UNKNOWN_MATCH: Match = { teams: [], sides: null, lines: [], checkNames: null, event: {} };

/**
 * The match of a roster, in the commentary's language. Without one nothing is known; with `strictNames` nobody is named then, save
 * those of `speakers`, who may always call each other by name.
 */
export async function openMatch(
  { lang, strictNames }: Pick<CommentatorConfig, 'lang' | 'strictNames'>,
  roster: Roster | null,
  speakers: readonly string[] = [],
): Promise<Match> {
  if (roster === null)
    return strictNames ? { ...UNKNOWN_MATCH, checkNames: await openNames(lang, speakers) } : UNKNOWN_MATCH;
  const { competition, stadium, teams, style } = roster;
  return {
    teams: teamWords(roster),
    sides: sides(roster),
    lines: rosterLines(roster, lang),
    checkNames: await openNames(lang, [...rosterNames(roster), ...speakers]),
    event: { competition, stadium, teams: teams.map(({ name }) => name).join(', '), style: style.join(' ') },
  };
}
