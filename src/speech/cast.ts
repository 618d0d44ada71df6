/** How one speaker sounds. */
export interface CastVoice {
  /** `null` where one voice speaks. */
  readonly speaker: string | null;
  /** Times `speech.wordsPerMinute`. */
  readonly rate: number;
  readonly timbre: 'plain' | 'low' | 'high';
}

/** Everyone who speaks in a run; empty: one voice as the engine has it. */
export type Cast = readonly CastVoice[];

/** What an engine is opened with. */
export interface VoiceOptions {
  readonly wordsPerMinute: number;
  /** Longest time for one line, milliseconds. */
  readonly timeoutMs: number;
  readonly cast?: Cast;
}

const PLAIN: CastVoice = { speaker: null, rate: 1, timbre: 'plain' };

/**
 * The voice of a speaker. Who is not in the cast speaks as the first, and so does nobody in particular: of two, the leading one speaks alone
 * where the model cannot play both.
 */
export function castVoice(cast: Cast = [], speaker: string | null = null): CastVoice {
  return cast.find((voice) => voice.speaker === speaker) ?? cast[0] ?? PLAIN;
}

/** Which of the cast a speaker is, from 0. */
export function castIndex(cast: Cast = [], speaker: string | null = null): number {
  return Math.max(
    0,
    cast.findIndex((voice) => voice.speaker === speaker),
  );
}

/** Words a minute of a speaker. */
export function speedOf({ wordsPerMinute, cast }: VoiceOptions, speaker: string | null = null): number {
  return wordsPerMinute * castVoice(cast, speaker).rate;
}
