import { clockTime } from '../media/time.js';
import { type Moment, momentOf } from './moments.js';

/** A line that the story of the match may tell again. */
interface Told {
  readonly at: number;
  readonly text: string;
  readonly moment: Moment;
}

/** The most important lines so far, in order of time: at most `lines`. A value. */
export type Story = readonly Told[];

export interface StoryLimits {
  readonly lines: number;
  readonly characters: number;
}

/** From this importance (0–1) on a line belongs to the story. */
const WORTH_TELLING = 0.5;
/** Seconds within which a second line of the same kind tells of the same moment. */
const SAME_MOMENT = 20;

/** The story with one more line. Of too many, the least important goes, the oldest of several. */
export function tellMore(story: Story, line: { text: string; at: number }, { lines }: StoryLimits): Story {
  const moment = momentOf(line.text);
  const known = story.some(
    (told) => told.moment.kind === moment.kind && Math.abs(line.at - told.at) < SAME_MOMENT,
  );
  if (moment.importance < WORTH_TELLING || known) return story;
  const all = [...story, { ...line, moment }];
  if (all.length <= lines) return all;
  const least = all.reduce((lowest, told) =>
    told.moment.importance < lowest.moment.importance ? told : lowest,
  );
  return all.filter((told) => told !== least);
}

/** One text: each line with its time, oldest first. Of too many characters, the least important lines stay out. */
export function summaryOf(story: Story, { characters }: StoryLimits): string {
  const byWeight = [...story].sort((a, b) => b.moment.importance - a.moment.importance || b.at - a.at);
  const kept = new Set<Told>();
  let length = 0;
  for (const told of byWeight) {
    length += sentence(told).length + 1;
    if (length > characters) break;
    kept.add(told);
  }
  return story
    .filter((told) => kept.has(told))
    .map(sentence)
    .join(' ');
}

function sentence({ at, text }: Told): string {
  return `${clockTime(at)} ${text}`;
}
