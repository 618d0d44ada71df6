/** The beginning of a step in plain text: `Observe:`, `**Analyse**:`, `3. Reason:`, `## Conclude:`. */
const LABEL =
  /^[ \t]*(?:#{1,4}[ \t]*|\d\.[ \t]*|[-*][ \t]+)?[*_]{0,2}(observe|analy[sz]e|reason|conclude)[*_]{0,2}[ \t]*[:：][*_]{0,2}/gim;
/** What may yet become the first label. */
const MAYBE_LABEL = /^[\s#*_\-\d.]*(?:o(?:b(?:s(?:e(?:r(?:v(?:e[*_ ]*)?)?)?)?)?)?)?$/i;

/** An answer in labelled steps, so far. */
export interface Steps {
  readonly texts: Readonly<Record<string, string>>;
  /** What is spoken of it; empty before `Conclude:`. */
  readonly line: string;
}

/**
 * The four steps in a plain text, where no schema holds a model that was asked for them; `null` for a text that is no answer in
 * steps. While it streams in (`ended` false), a text that may yet become one is one without a line.
 */
export function readSteps(text: string, ended: boolean): Steps | null {
  if (!ended && MAYBE_LABEL.test(text)) return { texts: {}, line: '' };
  const labels = [...text.matchAll(LABEL)];
  if (labels[0] === undefined || text.slice(0, labels[0].index).trim() !== '') return null;
  const texts: Record<string, string> = {};
  labels.forEach((label, i) => {
    const name = (label[1] ?? '').toLowerCase().replace('analyze', 'analyse');
    texts[name] = text.slice(label.index + label[0].length, labels[i + 1]?.index).trim();
  });
  return { texts, line: texts.conclude ?? '' };
}
