/** Longest n-grams that are compared, and how many times as much recall counts as precision. */
const ORDER = 6;
const BETA = 2;

/** A line that was said and the line that was expected. */
export interface Segment {
  readonly said: string;
  readonly expected: string;
}

interface Counts {
  said: number;
  expected: number;
  shared: number;
}

/**
 * chrF2 of a corpus, 0–1: the F score of character n-grams without white space, recall counting twice (Popović, WMT 2015 and 2016). It
 * needs no words, so it serves Chinese as it serves English. As `CHRF()` of sacrebleu 2 counts it, to the bit of its tests.
 */
export function chrf(segments: readonly Segment[]): number {
  const orders = Array.from({ length: ORDER }, (): Counts => ({ said: 0, expected: 0, shared: 0 }));
  for (const { said, expected } of segments) {
    orders.forEach((counts, index) => {
      const [ours, theirs] = [ngrams(said, index + 1), ngrams(expected, index + 1)];
      counts.expected += total(theirs);
      // A line too short for n-grams of this length says nothing about what was made of it.
      if (theirs.size > 0) counts.said += total(ours);
      for (const [gram, count] of ours) counts.shared += Math.min(count, theirs.get(gram) ?? 0);
    });
  }
  const told = orders.filter(({ said, expected }) => said > 0 && expected > 0);
  const mean = (of: (counts: Counts) => number) =>
    told.reduce((sum, counts) => sum + of(counts), 0) / Math.max(1, told.length);
  const precision = mean(({ shared, said }) => shared / said);
  const recall = mean(({ shared, expected }) => shared / expected);
  if (precision + recall === 0) return 0;
  return ((1 + BETA ** 2) * precision * recall) / (BETA ** 2 * precision + recall);
}

/** N-grams of code points and how often each occurs. */
function ngrams(text: string, size: number): Map<string, number> {
  const characters = [...text.replace(/\s+/gu, '')];
  const counts = new Map<string, number>();
  for (let at = 0; at + size <= characters.length; at += 1) {
    const gram = characters.slice(at, at + size).join('');
    counts.set(gram, (counts.get(gram) ?? 0) + 1);
  }
  return counts;
}

function total(counts: ReadonlyMap<string, number>): number {
  return [...counts.values()].reduce((sum, count) => sum + count, 0);
}
