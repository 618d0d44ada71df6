/** Words between the two halves of a pattern, in one clause. */
const WORDS = (most: number) => `(?: [\\p{L}'’-]+){0,${most}}?`;

const ZH_SCORED = '(?:进球|球进|进了|打进|攻入|破门|得分|扳平|追平)';

/** Ways to speak of a goal that there is not, or not yet, in lower case. */
const NOT_SCORED = new RegExp(
  [
    String.raw`\b(?:no|disallowed) goal\b`,
    String.raw`\bgoal(?: is| was| has been| will be)? (?:disallowed|ruled out|chalked off)\b`,
    String.raw`\b(?:need|want|look|search|hunt|push|press|chas|hop|wait|close|den(?:y|ie)|prevent|stop)\p{L}*${WORDS(3)} (?:a|an|another|the)${WORDS(1)} goal\b`,
    String.raw`\b(?:almost|nearly|not|never|if|can|could|should|would|might|(?:have|has|had)n['’]t)${WORDS(4)} (?:goal|score[sd]?|equali[sz]e[sd]?)\b`,
    String.raw`\b(?:chance|opportunit|look|want|tr[yi]|attempt|fail|unable|struggl|yet|need|hop(?:e|ing)|bid|likely|threaten|how)\p{L}*${WORDS(3)} to (?:score|equali[sz]e|find the net)\b`,
    String.raw`\b(?:neither|nobody|no[ -]one|none|nor)${WORDS(4)} score[sd]?\b`,
    `(?:差点|差一点|险些|几乎|需要|渴望|寻求|如果|要是|试图|想要|希望|争取|有机会)[^，。！？；]{0,5}${ZH_SCORED}`,
    `(?:没(?!想到)|未|无法|不能|难以)[^，。！？；]{0,2}${ZH_SCORED}`,
    '进球(?=(?:因[^，。！？；]{0,6}?)?(?:被判)?(?:无效|被?取消|被?吹))',
  ].join('|'),
  'gu',
);

/** A whistle that is still to come, or long ago, in lower case. */
const NOT_NOW = new RegExp(
  [
    String.raw`\b(?:minutes?|seconds?|moments?|left|long|go|way|close) (?:(?:to go|left|away|still) )?(?:to|from|till|until|before) (?:the )?(?:half[- ]time|full[- ]time|final whistle)\b`,
    String.raw`\b(?:before|until|till|since|after|approach\p{L}*|near(?:s|ing)?) (?:the )?(?:half[- ]time|full[- ]time|final whistle)\b`,
    '(?:半场|全场|比赛)结束(?:之?前|还)|[距离][^，。！？；]{0,6}(?:半场|全场|比赛)?(?:结束|终场)|终场(?:之?前)',
  ].join('|'),
  'gu',
);

/** A line, in lower case, without the whistles that it says are not blown now: "Five minutes to full-time". */
export function withoutWhistlesNotBlown(line: string): string {
  return line.replace(NOT_NOW, ' ');
}

/** A line, in lower case, without what it says of goals that were not scored: "So close to a goal", "Goal disallowed". */
export function withoutGoalsNotScored(line: string): string {
  return line.replace(NOT_SCORED, ' ');
}
