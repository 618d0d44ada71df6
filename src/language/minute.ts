/** The longest match with extra time and stoppages, in minutes. */
const LONGEST = 130;

const MINUTES = [
  /\b(\d{1,3})(?:st|nd|rd|th)? minutes?\b(?! (?:to|left|remaining|of|later|ago))/iu,
  /\bminute (\d{1,3})\b/iu,
  /\b(?:clock (?:says|shows|reads)|gone) (\d{1,3}):[0-5]\d\b/iu,
  /第\s*(\d{1,3})\s*分钟/u,
];

/** The match's minute that a line tells in digits ("in the 73rd minute", "第73分钟"), or null. */
export function minuteOf(text: string): number | null {
  const found = MINUTES.map((pattern) => pattern.exec(text)?.[1]).find((digits) => digits !== undefined);
  if (found === undefined) return null;
  const minute = Number(found);
  return minute <= LONGEST ? minute : null;
}
