import { teamIn } from '../language/lexicon.js';
import type { Cards, Facts } from './facts.js';
import type { Score } from './score.js';

/** Seconds after which nobody can say any more who has the ball. */
const BALL_LASTS = 10;
/** Seconds for which an event is worth telling. */
const EVENT_LASTS = 120;

/** The facts as short lines for a prompt, in the language of the commentary where it is English or Chinese, else in English. */
export function factLines(facts: Facts, at: number, lang: string): string[] {
  const isChinese = lang.split('-')[0] === 'zh';
  const words = isChinese ? CHINESE : ENGLISH;
  const name = (team: string) => teamIn(isChinese ? 'zh' : 'en', team);
  const { score, goals, minute, ball, last, stage } = facts;
  return [
    score && words.score(score.team && name(score.team), score.goals),
    ...goals.map(({ team }) => (score ? words.goalSince : words.goal)(team && name(team))),
    minute && words.minute(minute.minute + Math.max(0, Math.floor((at - minute.at) / 60))),
    stage && words.stage[stage],
    ball?.team && at - ball.at <= BALL_LASTS ? words.ball(name(ball.team)) : null,
    last && at - last.at <= EVENT_LASTS
      ? words.last(last.type, last.team && name(last.team), Math.max(0, Math.round(at - last.at)))
      : null,
    ...[...facts.cards].map(([team, cards]) => words.cards(name(team), cards)),
    ...[...facts.substitutions].map(([team, { count }]) => words.substitutions(name(team), count)),
  ].filter((line) => line !== null);
}

interface Words {
  score(team: string | null, goals: Score['goals']): string;
  /** Where no score was said before. */
  goal(team: string | null): string;
  goalSince(team: string | null): string;
  minute(minute: number): string;
  readonly stage: Readonly<Record<NonNullable<Facts['stage']>, string>>;
  ball(team: string): string;
  last(type: string, team: string | null, ago: number): string;
  cards(team: string, cards: Cards): string;
  substitutions(team: string, count: number): string;
}

const ENGLISH: Words = {
  score: (team, [first, second]) => `Score: ${team === null ? '' : `${team} `}${first}–${second}.`,
  goal: (team) => `A goal was called${team === null ? '' : ` for ${team}`}.`,
  goalSince: (team) => `A goal since that score${team === null ? '' : ` for ${team}`}.`,
  minute: (minute) => `Minute ${minute}.`,
  stage: {
    first_half: 'First half.',
    half_time: 'Half-time was whistled.',
    second_half: 'Second half.',
    full_time: 'Full-time was whistled.',
  },
  ball: (team) => `${team} have the ball.`,
  last: (type, team, ago) =>
    `Last event: ${type.replace('_', ' ')}${team === null ? '' : ` (${team})`}, ${ago} s ago.`,
  cards: (team, { yellow, red }) => `Cards for ${team}: ${yellow} yellow, ${red} red.`,
  substitutions: (team, count) => `Substitutions by ${team}: ${count}.`,
};

const EVENTS_ZH: Readonly<Record<string, string>> = {
  card: '出牌',
  substitution: '换人',
  half_time: '半场结束',
  full_time: '全场结束',
  goal_kick: '球门球',
  free_kick: '任意球',
  penalty: '点球',
  corner: '角球',
  throw_in: '界外球',
  shot: '射门',
  kick_off: '开球',
  post: '击中门柱',
  wide: '射偏',
  blocked: '射门被挡',
  save: '扑救',
  goal: '进球',
  foul: '犯规',
  tackle: '抢断',
  interception: '拦截',
};

const CHINESE: Words = {
  score: (team, [first, second]) => `比分：${team ?? ''}${first}比${second}。`,
  goal: (team) => `已报${team ?? ''}进一球。`,
  goalSince: (team) => `此后${team ?? ''}又进一球。`,
  minute: (minute) => `第${minute}分钟。`,
  stage: {
    first_half: '上半场。',
    half_time: '半场哨已响。',
    second_half: '下半场。',
    full_time: '终场哨已响。',
  },
  ball: (team) => `${team}控球。`,
  last: (type, team, ago) => `最近：${team ?? ''}${EVENTS_ZH[type] ?? type}，${ago}秒前。`,
  cards: (team, { yellow, red }) => `${team}：黄牌${yellow}张，红牌${red}张。`,
  substitutions: (team, count) => `${team}换人${count}次。`,
};
