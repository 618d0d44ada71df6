import type { CommentatorConfig } from '../config.js';
import type { Cue } from '../media/cue.js';
import { wordsOf } from './repeats.js';
import { talkEndsAfter } from './talk.js';

export interface PaceConfig extends Pick<CommentatorConfig, 'minDuration' | 'maxDuration'> {
  /** 0–1: the share of the time that is to be talked through. */
  readonly density: number;
  /** What the voice is set to: its pace until it has been measured. */
  readonly wordsPerMinute: number;
  readonly lang: string;
}

/** How fast the voice is, and how long the next line may be. A few numbers. */
export interface Pace {
  /** Hears for how many seconds of sound a text was spoken. */
  measure(text: string, seconds: number): void;
  /** Hears every cue, in all its forms. */
  note(cue: Cue): void;
  /** As the setting counts: in Chinese and Japanese, some characters are a word. */
  wordsPerMinute(): number;
  /** Seconds that the voice takes for a text, or would take where nobody speaks: a caption is as long as its line. */
  speechTime(text: string): number;
  /** Seconds of speech that the next line has, said of a picture at `at`. */
  lineSeconds(at: number): number;
}

/** Seconds of silence that people leave between lines, on the mean. */
const HUMAN_SILENCE = 1.7;
/** Seconds: a line needs them to say anything. */
const SHORTEST_LINE = 2.5;
/** Share of what was measured that still counts after one more line: about the last ten lines matter. */
const FORGETTING = 0.9;
/** In Chinese and Japanese. */
const CHARACTERS_PER_WORD = 1.58;
/** Seconds of speech that the setting counts for against what is measured. */
const TRUST = 3;

export function createPace(config: PaceConfig): Pace {
  const { density, minDuration, maxDuration, wordsPerMinute, lang } = config;
  const units = /^(?:zh|ja)\b/.test(lang) ? CHARACTERS_PER_WORD : 1;
  const usual = density < 1 ? (HUMAN_SILENCE * density) / (1 - density) : maxDuration;
  const line = Math.max(SHORTEST_LINE, Math.min(maxDuration, usual));
  const set = { words: (wordsPerMinute / 60) * units * TRUST, seconds: TRUST };
  let heard = { words: 0, seconds: 0 };
  let talkEnds = Number.NEGATIVE_INFINITY;

  const wordsPerSecond = () => {
    // The setting only holds the place of a voice that has not been heard: the first lines outweigh it.
    const weight = Math.max(0, 1 - heard.seconds / TRUST);
    return (heard.words + weight * set.words) / (heard.seconds + weight * set.seconds);
  };
  return {
    measure(text, seconds) {
      const words = wordsOf(text).length;
      if (words <= 0 || seconds <= 0) return;
      heard = { words: FORGETTING * heard.words + words, seconds: FORGETTING * heard.seconds + seconds };
    },
    note(cue) {
      talkEnds = talkEndsAfter(cue, talkEnds);
    },
    wordsPerMinute: () => (60 * wordsPerSecond()) / units,
    speechTime: (text) => wordsOf(text).length / wordsPerSecond(),
    lineSeconds: (at) => Math.max(minDuration, line - Math.max(0, talkEnds - at)),
  };
}
