import { type Claim, claimsOf, teamsIn } from '../language/claims.js';
import type { TeamWords } from '../language/lexicon.js';
import { momentOf, namesMoment } from './moments.js';
import { withoutWhistlesNotBlown } from './not-scored.js';

/** A claim as the commentator takes it. */
export interface BelievedClaim extends Claim {
  /** The line names one team, and does not say that it leads: whose goals come first is for the facts to tell. */
  readonly eitherWay?: true;
  /** A kick-off that is told as play going on, after whatever stopped it. */
  readonly goesOn?: true;
}

/** Claims for which the lexicon takes words that have other meanings too, and the kind of moment that knows them apart. */
const TOLD_APART: Readonly<Record<string, string>> = { wide: 'wide', throw_in: 'throw-in', corner: 'corner' };

/** Ways to say that play goes on, and those that say by what. */
const GOES_ON = /\brestarts?\b|比赛继续|重新开始/u;
const KICKS_OFF = /\bkick(?:s|ed)?[- ]off\b|\bkicks? us off\b|\bcentre spot\b|开球/u;

/** Ways to begin anew that are no kick-off where a line names them. */
const OTHER_RESTARTS = new Set(['free_kick', 'throw_in', 'goal_kick', 'corner', 'penalty']);

/** Words that say whose goals come first. */
const WHOSE =
  /\b(?:lead(?:s|ing)?|ahead|in front|up|trail(?:s|ing)?|behind|down|los(?:e|es|ing))\b|\b(?:\d+|nil|one|two|three|four|five|six) (?:to|for)\b|领先|落后|反超/;

/** Those in colours who play for nobody, and the sky. */
const BYSTANDERS: readonly (readonly [RegExp, string])[] = [
  [
    /\b((?:goal)?keepers?|referees?|refs?|officials?|linesm[ae]n|fans|supporters|crowd) (?:all )?(?:in|wearing) (?:(?:dark|light|bright|pale|sky) )?\p{L}+(?:-\p{L}+)*/giu,
    '$1',
  ],
  [/\b\p{L}+-\p{L}+(?= (?:(?:goal)?keeper|referee|shorts|socks)\b)/giu, ''],
  [/\b(?:into|in|at|to|towards|for) the sky\b(?! blue)/giu, ''],
];

/**
 * What a line claims, as far as it can be believed. The lexicon reads words alone: of a goal that is only wished for, of a whistle that is
 * still to come, or of the bottom corner of the net, nothing follows.
 */
export function believedClaims(
  text: string,
  lang: string,
  teams: readonly TeamWords[],
): readonly BelievedClaim[] {
  const said = BYSTANDERS.reduce((line, [pattern, instead]) => line.replace(pattern, instead), text);
  const claims = claimsOf(said, lang, teams);
  const line = said.toLowerCase();
  const isGoal = momentOf(said).kind === 'goal';
  const isWhistle = withoutWhistlesNotBlown(line) === line;
  const isOther = claims.some(({ type }) => OTHER_RESTARTS.has(type));
  const goesOn = GOES_ON.test(line) && !KICKS_OFF.test(line);
  const isOpen = !WHOSE.test(line) && teamsIn(said, lang, teams).size === 1;
  const isSo = ({ type }: Claim) => {
    if (type === 'goal') return isGoal;
    if (type === 'half_time' || type === 'full_time') return isWhistle;
    if (type === 'kick_off') return !isOther;
    const moment = TOLD_APART[type];
    return moment === undefined || namesMoment(moment, said);
  };
  return claims.filter(isSo).map((claim) => {
    if (claim.type === 'score' && isOpen) return { ...claim, eitherWay: true };
    return claim.type === 'kick_off' && goesOn ? { ...claim, goesOn: true } : claim;
  });
}
