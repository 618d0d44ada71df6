import type { Detection } from './matching.js';
import type { Scores } from './score.js';
import { GAP_EDGES } from './talk.js';

/** The scores as a table for people, without a last line feed. */
export function formatScores(scores: Scores): string {
  const { events, byType, gaps } = scores;
  const goal = byType.goal;
  const measures: [string, string][] = [
    ['events F1', share(events.f1)],
    ['goal precision / recall', `${share(goal?.precision ?? null)} / ${share(goal?.recall ?? null)}`],
    ['team named right', share(scores.teamRight)],
    ['possession said right', share(scores.possessionRight)],
    ['score said right', `${share(scores.scoreRight)} (${scores.scoreErrors} wrong)`],
    ['invented events per minute', scores.inventedPerMinute.toFixed(2)],
    ['replays called as new', share(scores.replaysCalledAsNew)],
    ['TimeDiff', scores.timeDiff === null ? '–' : `${scores.timeDiff.toFixed(2)} s`],
    ['talk F1 / mean IoU, per second', `${share(scores.talkF1)} / ${share(scores.talkMeanIou)}`],
    ['talk density', share(scores.talkDensity)],
    ['mean gap', gaps.mean === null ? '–' : `${gaps.mean.toFixed(2)} s`],
    ['repeat rate', share(scores.repeatRate)],
    ['words per second', scores.wordsPerSecond === null ? '–' : scores.wordsPerSecond.toFixed(2)],
    ['wording: chrF / ROUGE-L', `${share(scores.chrf)} / ${share(scores.rougeL)}`],
    ['lines answered', share(scores.linesAnswered)],
  ];
  return [
    `${scores.cues} lines in ${scores.lang} over ${scores.duration.toFixed(1)} s`,
    '',
    row(['event', 'happened', 'claimed', 'matched', 'precision', 'recall', 'F1']),
    ...Object.entries(byType).map(([type, found]) => row([type, ...cells(found)])),
    row(['all', ...cells(events)]),
    '',
    ...measures.map(([name, value]) => `${name.padEnd(34)}${value}`),
    '',
    `gaps (s)  ${gaps.histogram.map((count, bin) => `${binName(bin)}: ${count}`).join('  ')}`,
  ].join('\n');
}

function cells({ happened, claimed, matched, precision, recall, f1 }: Detection): string[] {
  return [`${happened}`, `${claimed}`, `${matched}`, share(precision), share(recall), share(f1)];
}

function row([name = '', ...values]: readonly string[]): string {
  return name.padEnd(10) + values.map((value) => value.padStart(11)).join('');
}

function share(value: number | null): string {
  return value === null ? '–' : value.toFixed(3);
}

function binName(bin: number): string {
  const below = GAP_EDGES[bin];
  return below === undefined ? `≥${GAP_EDGES.at(-1)}` : `<${below}`;
}
