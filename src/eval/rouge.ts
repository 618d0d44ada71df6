import { l as libraryRougeL } from 'js-rouge';
import type { Segment } from './chrf.js';
import { ratio } from './matching.js';
import { wordsOf } from './talk.js';

/**
 * Mean ROUGE-L of the segments, 0–1, `null` of none: the F score of the longest words in common that stand in the same order in both (Lin 2004). Words
 * without case and punctuation; in Chinese and Japanese every character is one.
 */
export function rougeL(segments: readonly Segment[]): number | null {
  const scores = segments.map(({ said, expected }) => {
    // The library refuses texts without words.
    if (wordsOf(said).length === 0 || wordsOf(expected).length === 0) return 0;
    return libraryRougeL(said, expected, { tokenizer: wordsOf });
  });
  return ratio(
    scores.reduce((sum, score) => sum + score, 0),
    scores.length,
  );
}
