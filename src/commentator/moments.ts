/** A kind of moment, told from the words of a line. */
export interface Moment {
  readonly kind: string;
  /** 0–1: how big it is. From `interruptAt` (0.8) up it cuts the line on screen. */
  readonly importance: number;
  /**
   * Seconds after which the same words are news again: two corners can follow each other within ten seconds,
   * two goals cannot. `Infinity`: never within the window in which lines are compared.
   */
  readonly again: number;
}

interface MomentRow extends Moment {
  readonly en: RegExp;
  readonly zh: RegExp;
}

/** `goal` as an event: neither a place (`towards goal`, `the goal line`) nor a goal kick. */
const GOAL =
  /(?<!\b(?:at|behind|from|in|into|near|no|of|off|on|the|to|towards?|without)\s)\bgo+a+l\b(?![\s-]?(?:kick|line|area|mouth|post|side))|\b(?:scores|scored|equali[sz]es|back of the net)\b/i;

/** One row for each kind; a line is as big as the biggest kind that its words name. */
const MOMENTS: readonly MomentRow[] = [
  {
    kind: 'goal',
    importance: 1,
    again: Infinity,
    en: GOAL,
    zh: /(?<!没有|没|未|无)(?:进球|破门|得分|球进)|打进|攻入/,
  },
  {
    kind: 'penalty',
    importance: 0.9,
    again: 15,
    en: /\bpenalt(?:y|ies)\b(?!\s+(?:area|box))|\bspot kick\b/i,
    zh: /点球/,
  },
  { kind: 'red card', importance: 0.9, again: 15, en: /\bred card\b|\bsent off\b/i, zh: /红牌|罚下/ },
  {
    kind: 'save',
    importance: 0.75,
    again: 4,
    en: /\bsave[sd]?\b|\bkeeper (?:holds|stops|denies)\b/i,
    zh: /扑救|扑出|扑住|救险|没收/,
  },
  {
    kind: 'woodwork',
    importance: 0.75,
    again: 4,
    en: /\b(?:post|crossbar|woodwork)\b/i,
    zh: /门柱|立柱|横梁|门框/,
  },
  {
    kind: 'whistle',
    importance: 0.7,
    again: Infinity,
    en: /\b(?:half|full)[\s-]?time\b|\bfinal whistle\b/i,
    zh: /半场|中场休息|终场|全场比赛结束/,
  },
  {
    kind: 'yellow card',
    importance: 0.65,
    again: 8,
    en: /\byellow card\b|\bbooked\b|\bbooking\b/i,
    zh: /黄牌/,
  },
  {
    kind: 'shot',
    importance: 0.6,
    again: 3,
    en: /\b(?:shoots?|shot|strikes?|fires|volley|header|wide of)\b/i,
    zh: /射门|打门|劲射|起脚|头球|打偏|射偏/,
  },
  {
    kind: 'kick-off',
    importance: 0.6,
    again: 10,
    en: /\bkicks?[\s-]off\b|\bunder ?way\b/i,
    zh: /开球|比赛开始/,
  },
  { kind: 'offside', importance: 0.5, again: 6, en: /\boffside\b/i, zh: /越位/ },
  { kind: 'corner', importance: 0.5, again: 6, en: /\bcorner\b(?!\s+flag)/i, zh: /角球/ },
  {
    kind: 'foul',
    importance: 0.5,
    again: 5,
    en: /\b(?:foul(?:s|ed)?|trip(?:s|ped)?|brings? down)\b/i,
    zh: /犯规|绊倒|放倒/,
  },
  { kind: 'free kick', importance: 0.45, again: 6, en: /\bfree[\s-]kick\b/i, zh: /任意球/ },
  {
    kind: 'tackle',
    importance: 0.35,
    again: 4,
    en: /\b(?:tackles?|intercept(?:s|ed)?|steals?|wins? (?:it|the ball))\b/i,
    zh: /抢断|断球|拦截|铲/,
  },
  { kind: 'goal kick', importance: 0.25, again: 6, en: /\bgoal[\s-]kick\b/i, zh: /球门球|门球/ },
  { kind: 'throw-in', importance: 0.25, again: 5, en: /\bthrow(?:[\s-]?in|s it in)?\b/i, zh: /界外球|掷球/ },
];

const OTHER: Moment = { kind: 'other', importance: 0.3, again: Infinity };

/** The biggest moment that a line names, in English or Chinese; an importance of 0.3 where it names none. */
export function momentOf(text: string): Moment {
  const named = MOMENTS.filter((row) => row.en.test(text) || row.zh.test(text));
  return named.reduce<Moment>(
    (biggest, row) => (row.importance > biggest.importance ? row : biggest),
    named[0] ?? OTHER,
  );
}
