/** What instructions may name in braces, and what it stands for. Documented in `docs/personas.md`. */
export const PLACEHOLDERS = {
  lang: 'tag of the language: en, zh',
  language: 'its name in the language of the instructions',
  competition: 'from the roster',
  teams: 'from the roster',
  stadium: 'from the roster',
  style: 'style notes of the roster',
  roster: 'who plays, from the roster',
  tone: 'the tone of the persona in words',
  seconds: 'seconds of speech that the next line has',
  words: 'the same in words, or in characters of Chinese',
  name: 'the speaker; with several voices',
  partner: 'the other speaker; with several voices',
  said: 'what the other speaker said last; with several voices',
} as const;

export type Placeholder = keyof typeof PLACEHOLDERS;
export type Values = { readonly [Name in Placeholder]?: string | undefined };

/** They change from look to look, so their lines go last: what stays the same can be served from a prefix cache. */
const CHANGING = /\{(?:seconds|words|said)\}/;
const MENTION = /\{([A-Za-z][\w-]*)\}/g;
/** The end of a sentence, with the quotation marks that close it. Chinese needs no space after it. */
const SENTENCE_END = /(?<=[.!?]["')\]]*)\s+|(?<=[。！？][”’）」』]*)(?![”’）」』])/u;
/** Longest value, characters; a roster of two squads fits. */
const LONGEST_VALUE = 4_000;

/** Words in braces that are no placeholder. Other braces are text. */
export function unknownPlaceholders(template: string): string[] {
  const names = [...template.matchAll(MENTION)].map((match) => match[1] ?? '');
  return [...new Set(names.filter((name) => !Object.hasOwn(PLACEHOLDERS, name)))];
}

/**
 * Instructions with their values, static lines first. A sentence with a placeholder that has no value is left out, and a line without
 * sentences too. Values are text: braces in them stand for nothing, and they cannot begin a line of their own.
 */
export function fillInstructions(template: string, values: Values): string {
  const lines = template.split('\n');
  const ordered = [
    ...lines.filter((line) => !CHANGING.test(line)),
    ...lines.filter((line) => CHANGING.test(line)),
  ];
  return ordered
    .map((line) => fillLine(line.trim(), values))
    .filter((line) => line !== '')
    .join('\n');
}

function fillLine(line: string, values: Values): string {
  const between = /[。！？]/.test(line) ? '' : ' ';
  return line
    .split(SENTENCE_END)
    .flatMap((sentence) => fillSentence(sentence, values) ?? [])
    .join(between)
    .trim();
}

/** `null` where a value is missing. */
function fillSentence(sentence: string, values: Values): string | null {
  const names = [...sentence.matchAll(MENTION)].map((match) => match[1] ?? '');
  if (names.some((name) => filling(name, values) === '')) return null;
  return sentence.replace(MENTION, (_, name: string) => filling(name, values));
}

function filling(name: string, values: Values): string {
  const value = Object.hasOwn(PLACEHOLDERS, name) ? (values[name as Placeholder] ?? '') : '';
  return value
    .slice(0, LONGEST_VALUE)
    .toWellFormed()
    .replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\s]+/gu, ' ')
    .trim();
}
