import type { Config, DecodingConfig } from '../../config.js';

/** How a stream's answers are decoded. Plain data: it is sent to the worker. */
export interface AnswerSettings extends DecodingConfig {
  /** Of the voice: makes of seconds of speech a number of tokens. */
  readonly wordsPerSecond: number;
}

export function answerSettings({ decoding, speech }: Pick<Config, 'decoding' | 'speech'>): AnswerSettings {
  return { ...decoding, wordsPerSecond: speech.wordsPerMinute / 60 };
}
