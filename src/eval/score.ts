import { type Claim, claimsOf } from '../language/claims.js';
import type { JudgedCue } from './cues.js';
import { type Detection, detection, matchEvents, ratio, type TimedClaim } from './matching.js';
import { type GapScores, repeatsOf, scoreGaps, scoreTalk, talkedSeconds, wordsOf } from './talk.js';
import type { Goals, Truth, TruthEvent } from './truth.js';
import { scoreWording } from './wording.js';

/** The events that are judged. */
export const JUDGED = ['shot', 'save', 'goal', 'corner', 'throw_in', 'foul', 'card', 'kick_off'] as const;

/** What `docs/evaluation.md` tells of each measure. Shares are 0–1; null where there was nothing to judge. */
export interface Scores {
  readonly lang: string;
  /** Seconds. */
  readonly duration: number;
  readonly cues: number;
  readonly events: Detection;
  readonly byType: Readonly<Record<string, Detection>>;
  /** Of the claims that name a team and fit an event in type and time. */
  readonly teamRight: number | null;
  /** Of the lines that say who has the ball, while or right after somebody has it. */
  readonly possessionRight: number | null;
  /** Of the scores that were said. */
  readonly scoreRight: number | null;
  readonly scoreErrors: number;
  readonly inventedPerMinute: number;
  /** Of the replays shown. */
  readonly replaysCalledAsNew: number | null;
  /** Seconds: mean distance of a matched call from where the reference calls it. */
  readonly timeDiff: number | null;
  readonly talkF1: number | null;
  readonly talkMeanIou: number | null;
  /** Share of the time with a line. */
  readonly talkDensity: number;
  readonly gaps: GapScores;
  /** Of the lines. */
  readonly repeatRate: number | null;
  readonly wordsPerSecond: number | null;
  /** chrF2, 0–1, of the lines against the reference's at the same moments. */
  readonly chrf: number | null;
  /** Mean ROUGE-L, 0–1, of the same. */
  readonly rougeL: number | null;
  /** Of the reference's lines: those that a line answers to. */
  readonly linesAnswered: number | null;
}

/**
 * Scores the cues of one language against a ground truth; the same input gives the same scores. `lang` defaults to that of the first
 * cue. Raises TypeError for a language that no cue has.
 */
export function scoreCues(truth: Truth, cues: readonly JudgedCue[], lang = cues[0]?.lang ?? 'en'): Scores {
  const own = cues.filter((cue) => cue.lang === lang);
  if (own.length === 0 && cues.length > 0) {
    const known = [...new Set(cues.map((cue) => cue.lang))].join(', ');
    throw new TypeError(`No cue is in the language "${lang}"; the cues are in ${known}.`);
  }
  const lines: JudgedLine[] = [...own]
    .sort((a, b) => a.start - b.start)
    .map((cue) => ({ ...cue, claims: claimsOf(cue.text, lang) }));
  const claims = lines.flatMap(({ start, claims }, cue) =>
    claims.map((claim): TimedClaim => ({ ...claim, time: start, cue })),
  );
  const events = scoreEvents(truth, claims, lang);
  return {
    lang,
    duration: truth.duration,
    cues: lines.length,
    ...events.scores,
    ...scoreScores(truth, claims),
    possessionRight: possessionRight(truth, claims),
    ...scoreDelivery(truth, lines, lang, events.tellingCues),
  };
}

type JudgedLine = JudgedCue & { readonly claims: readonly Claim[] };

const JUDGED_TYPES: ReadonlySet<string> = new Set(JUDGED);

function scoreEvents(truth: Truth, allClaims: readonly TimedClaim[], lang: string) {
  const events = truth.events.filter(({ type }) => JUDGED_TYPES.has(type));
  const claims = allClaims.filter(({ type }) => JUDGED_TYPES.has(type));
  const matches = matchEvents(events, claims, { sameTeam: true });
  const sameType = matchEvents(events, claims, { sameTeam: false });
  const real = new Set(sameType.map(({ claim }) => claim));
  const invented = claims.filter((claim) => !real.has(claim));
  const withTeam = sameType.filter(({ claim, event }) => claim.team !== undefined && event.team);
  const lateness = matches.map(({ event, claim }) => Math.abs(claim.time - expectedAt(event, truth, lang)));
  const count = (items: readonly { type: string }[], type: string) =>
    items.filter((item) => item.type === type).length;
  const matched = matches.map(({ event }) => event);
  // Also of events that are not judged: a second free kick is news in whatever words.
  const telling = matchEvents(truth.events, allClaims, { sameTeam: true });
  return {
    tellingCues: new Set(telling.map(({ claim }) => claim.cue)),
    scores: {
      events: detection(events.length, claims.length, matches.length),
      byType: Object.fromEntries(
        JUDGED.map((type) => [
          type,
          detection(count(events, type), count(claims, type), count(matched, type)),
        ]),
      ),
      teamRight: ratio(
        withTeam.filter(({ claim, event }) => claim.team === event.team).length,
        withTeam.length,
      ),
      inventedPerMinute: invented.length / (truth.duration / 60),
      replaysCalledAsNew: replaysCalledAsNew(truth, invented),
      timeDiff: ratio(total(lateness), lateness.length),
    },
  };
}

function scoreScores(truth: Truth, claims: readonly TimedClaim[]) {
  const said = claims.filter(({ type }) => type === 'score');
  const right = said.filter((claim) => isScoreRight(truth, claim)).length;
  return { scoreRight: ratio(right, said.length), scoreErrors: said.length - right };
}

function scoreDelivery(
  truth: Truth,
  lines: readonly JudgedLine[],
  lang: string,
  tellingCues: ReadonlySet<number>,
) {
  const reference = truth.lines.filter((line) => line.lang === lang);
  const talk =
    reference.length > 0 ? scoreTalk(lines, reference, truth.duration) : { f1: null, meanIou: null };
  const topics = lines.map((line) => ({ ...line, topic: JSON.stringify(line.claims) }));
  const repeats = repeatsOf(topics).filter((repeat, cue) => repeat && !tellingCues.has(cue)).length;
  const talked = talkedSeconds(lines, truth.duration);
  return {
    talkF1: talk.f1,
    talkMeanIou: talk.meanIou,
    talkDensity: talked / truth.duration,
    gaps: scoreGaps(lines),
    repeatRate: ratio(repeats, lines.length),
    wordsPerSecond: ratio(total(lines.map(({ text }) => wordsOf(text).length)), talked),
    ...scoreWording(lines, reference),
  };
}

/** When the reference calls the event: the first line that cites it and claims it; else when it happens. */
function expectedAt(event: TruthEvent, { lines }: Truth, lang: string): number {
  const line = lines.find(
    ({ lang: own, events, text }) =>
      own === lang &&
      events.includes(event.id) &&
      claimsOf(text, lang).some(({ type }) => type === event.type),
  );
  return line?.start ?? event.time;
}

/** Seconds after a replay has ended in which a call still comes from it. */
const REPLAY_ECHO = 1;

function replaysCalledAsNew({ shots }: Truth, invented: readonly TimedClaim[]): number | null {
  const replays = shots.filter(({ kind }) => kind === 'replay');
  const called = replays.filter(({ start, end }) =>
    invented.some(({ time }) => time >= start && time < end + REPLAY_ECHO),
  );
  return ratio(called.length, replays.length);
}

/** Seconds back within which a team on the ball still counts as having it. */
const POSSESSION_MEMORY = 1.5;

function possessionRight({ possession }: Truth, claims: readonly TimedClaim[]): number | null {
  const judged = claims
    .filter(({ type }) => type === 'possession')
    .map(({ team, time }) => ({
      team,
      onBall: possession.filter(({ start, end }) => start <= time && end > time - POSSESSION_MEMORY),
    }))
    .filter(({ onBall }) => onBall.length > 0);
  const right = judged.filter(({ team, onBall }) => onBall.some((spell) => spell.team === team));
  return ratio(right.length, judged.length);
}

/** A score is right when it is that of the match, or that of the board, which follows a goal a moment later. */
function isScoreRight(truth: Truth, { score, team, time }: TimedClaim): boolean {
  const said = score ?? [0, 0];
  return [scoreOfMatch(truth, time), scoreOfBoard(truth, time)].some(({ home, away }) => {
    const [own, other] = team === truth.teams[1].name ? [away, home] : [home, away];
    const straight = own === said[0] && other === said[1];
    if (team !== undefined) return straight && truth.teams.some(({ name }) => name === team);
    return straight || (own === said[1] && other === said[0]);
  });
}

function scoreOfMatch(truth: Truth, time: number): Goals {
  const goal = truth.events.findLast(
    (event) => event.type === 'goal' && event.score !== undefined && event.time <= time,
  );
  return goal?.score ?? truth.score[0] ?? { home: 0, away: 0 };
}

function scoreOfBoard({ score }: Truth, time: number): Goals {
  return score.findLast((row) => row.time <= time) ?? { home: 0, away: 0 };
}

function total(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0);
}
