import { SMALL_TALK } from '../media/precedence.js';
import { withoutGoalsNotScored, withoutWhistlesNotBlown } from './not-scored.js';

/** A kind of moment, told from the words of a line. */
export interface Moment {
  readonly kind: string;
  /** 0–1: how big it is. From `interruptAt` up it cuts the line on screen. */
  readonly importance: number;
  /**
   * Seconds after which the same words are news again: two corners can follow each other within ten seconds,
   * two goals only after a kick-off. `Infinity`: never within the window in which lines are compared.
   */
  readonly again: number;
}

interface MomentRow extends Moment {
  /** Its words in lower case. */
  readonly en: RegExp;
  readonly zh: RegExp;
}

/** What any of the patterns matches. */
function anyOf(...patterns: readonly RegExp[]): RegExp {
  return new RegExp(patterns.map(({ source }) => source).join('|'));
}

/** Before `goal`, what makes a place of it: `towards goal`, `his goal`, `an open goal`, `the Red goal`. */
const PLACE = String.raw`\b(?:at|behind|for|from|in|into|near|no|of|off|on|the|to|towards?|without|his|her|their|its|empty|open|the (?:red|blue|white|yellow|green|black|orange|purple|pink|sky|home|away|opposing))`;

/** `goal` as an event: no place, no goal kick, and no `score` as a noun. */
const GOAL = anyOf(
  new RegExp(
    String.raw`(?<!${PLACE} )(?<!(?<!\b(?:it|that|here))['’]s )\bgo+a+l\b(?![ -]?(?:kick|line|area|mouth|post|side|scoring|chance|attempt|threat|difference|bound|keep))`,
  ),
  /(?<!\b(?:no|the) )\bscore\b(?=[!.,]| (?:again|into|from|with)\b)|(?<!\bthe )\bscores\b(?! (?:(?:are|is|still|now) )?level)|(?<!\bwho )\bscored\b/,
  /\b(?:finds?|in|into|(?:back|corner) of|(?<!\b(?:on|onto) the )roof of) the net\b|\bit['’]s in(?=[!.,]|$)|\bequali[sz]e[sd]?\b/,
);

/** 进球 and the like as an event: no chance of one (得分机会), and no ball that is carried somewhere (带球进入禁区, 攻入对方半场). */
const GOAL_ZH = anyOf(
  /(?<!必)(?:进球|得分|破门)(?!的?(?:机会|良机))|(?<![带传运控])球进(?!入|攻|一步|到|了?禁区)/,
  /进了(?=[！!。，]|$)|(?:打进|攻入)(?!.{0,4}(?:禁区|半场|前场|腹地))|扳平|追平/,
);

/** `wide` as a miss: no place (`wide on the right`), no room (`wide open`) and no pass (`spread it wide`). */
const WIDE = anyOf(
  /(?<!\b(?:spread|play|switch|work|mov)[a-z]* (?:it|play|the ball|the play) (?:out )?)\bwide\b(?! (?:open|areas?|men|man|spaces?|(?:out )?on the (?:left|right)))/,
  /\b(?:off target|over the bar|over it goes|past the post|miss(?:es)? the target)\b/,
);

/** A line is as big as the biggest kind that it names. */
const MOMENTS: readonly MomentRow[] = [
  {
    kind: 'goal',
    importance: 1,
    again: 20,
    en: GOAL,
    zh: GOAL_ZH,
  },
  {
    kind: 'penalty',
    importance: 0.9,
    again: 15,
    en: /\bpenalt(?:y|ies)\b(?! (?:area|box|spot))|\bspot[ -]kick\b/,
    zh: /点球(?!点)/,
  },
  {
    kind: 'red card',
    importance: 0.9,
    again: 15,
    en: /\b(?:red card|sent off)\b/,
    zh: /红牌|罚下/,
  },
  {
    kind: 'save',
    importance: 0.75,
    again: 4,
    en: /\b(?:save[sd]?|parr(?:y|ies|ied)|stop by|kept out|(?:tip|push|beat)\w* (?:it )?away)\b/,
    zh: /扑救|扑出|扑住|救险|没收/,
  },
  {
    kind: 'woodwork',
    importance: 0.75,
    again: 4,
    en: /(?<!\b(?:past|wide of) the )(?<!(?<!\b(?:off|hits?|against) the )\b(?:near|far|back|first|second) )\b(?:post(?!-)|crossbar|woodwork)\b/,
    zh: /中柱|(?<!高出|偏出)(?:门柱|立柱|横梁|门框)/,
  },
  {
    kind: 'whistle',
    importance: 0.7,
    again: Infinity,
    en: /\b(?:half[ -]time|full[ -]time|final whistle|all over(?=[!.,:;]|$| and))\b/,
    zh: /半场(?:结束|哨)|中场休息|终场|(?:全场|比赛)结束/,
  },
  {
    kind: 'yellow card',
    importance: 0.65,
    again: 8,
    en: /\b(?:yellow card|booked|booking|into the book)\b/,
    zh: /黄牌/,
  },
  {
    kind: 'shot',
    importance: 0.6,
    again: 3,
    en: /\b(?:shoots?|shot|strikes?|struck|fires?|volleys?|header|effort|lets? fly|go(?:es)? for goal)\b/,
    zh: /射门|打门|攻门|抽射|劲射|起脚|头球/,
  },
  {
    kind: 'wide',
    importance: 0.6,
    again: 3,
    en: WIDE,
    zh: /偏出|打偏|射偏|偏了|打高|打飞|高出|^高了/,
  },
  {
    kind: 'kick-off',
    importance: 0.6,
    again: 6,
    en: /\b(?:kicks?[ -]off|kicks? us off|under ?way|restarts?)\b/,
    zh: /开球(?!门)|把球开出|比赛(?:开始|打响)/,
  },
  {
    kind: 'blocked',
    importance: 0.55,
    again: 3,
    en: /\b(?:block(?:s|ed)?|charged down)\b/,
    zh: /封堵|挡住|挡出/,
  },
  {
    kind: 'offside',
    importance: 0.5,
    again: 6,
    en: /\boffside\b/,
    zh: /越位/,
  },
  {
    kind: 'corner',
    importance: 0.5,
    again: 6,
    en: /(?<!\b(?:top|bottom|far|near|left|right|upper|lower|back)(?:[ -]hand)? )\bcorners?\b(?! (?:flag|of the (?:net|goal|box|area)))/,
    zh: /角球/,
  },
  {
    kind: 'foul',
    importance: 0.5,
    again: 5,
    en: /\b(?:foul(?:s|ed)?|trip(?:s|ped)?|brings? (?:him|her) down)\b/,
    zh: /犯规|绊倒|放倒/,
  },
  {
    kind: 'free kick',
    importance: 0.45,
    again: 6,
    en: /\bfree[ -]kick\b/,
    zh: /任意球/,
  },
  {
    kind: 'tackle',
    importance: 0.35,
    again: 4,
    en: /\b(?:tackle[sd]?|challenge[sd]?|intercept\w*|(?:cuts?|picks?|picked) (?:it )?(?:out|off)|steals?)\b/,
    zh: /抢断|上抢|断球|断下|拦截|铲/,
  },
  {
    kind: 'goal kick',
    importance: 0.25,
    again: 6,
    en: /\bgoal[ -]kick\b/,
    zh: /球门球|(?<!射)门球/,
  },
  {
    kind: 'throw-in',
    importance: 0.25,
    again: 5,
    en: /\bthrow(?:[ -]ins?)?\b(?! (?:it|the ball|him|her|them|his|out|away))/,
    zh: /界外球/,
  },
];

/** Says that what follows is not happening now: a replayed goal is no goal. */
const REPLAY =
  /\breplay\b|\bslow motion\b|\b(?:second|another|one more) look\b|\blook again\b|\bagain, from\b|\b(?:that|the) (?:goal|chance|challenge|contact) (?:again|once more)\b|\bthat one again\b|\b(?:see|watch|look at) (?:it|that) again\b|\bsee again\b|回放|慢镜头|再看一|再来看/;

const OTHER: Moment = { kind: 'other', importance: SMALL_TALK, again: Infinity };
const REPLAYED: Moment = { kind: 'replay', importance: 0.3, again: 10 };

/** Whether a line names a moment of this kind, among others. */
export function namesMoment(kind: string, text: string): boolean {
  const line = plainLine(text);
  return MOMENTS.some((moment) => moment.kind === kind && (moment.en.test(line) || moment.zh.test(line)));
}

/** The biggest moment that a line names, in English or Chinese; `SMALL_TALK` where it names none. */
export function momentOf(text: string): Moment {
  const line = plainLine(text);
  if (REPLAY.test(line)) return REPLAYED;
  const named = MOMENTS.filter((moment) => moment.en.test(line) || moment.zh.test(line));
  const [first = OTHER, ...others] = named;
  return others.reduce(
    (biggest, moment) => (moment.importance > biggest.importance ? moment : biggest),
    first,
  );
}

function plainLine(text: string): string {
  return withoutWhistlesNotBlown(withoutGoalsNotScored(text.toLowerCase().replace(/\s+/g, ' ')));
}
