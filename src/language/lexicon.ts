import { readFileSync } from 'node:fs';
import { z } from 'zod';

const rule = z.tuple([z.string(), z.string()]);

const languageSchema = z.object({
  word: z.string(),
  clause: z.string(),
  numbers: z.array(z.string()),
  actor: z.string(),
  alone: z.array(rule),
  score: z.object({
    nil: z.string(),
    level: z.string(),
    teams: z.string(),
    pair: z.string(),
    behind: z.string(),
  }),
  events: z.array(rule),
});

const lexiconSchema = z.object({
  teams: z.record(z.string(), z.record(z.string(), z.string())),
  languages: z.record(z.string(), languageSchema),
});

/** How claims are read in one language, compiled from `models/kickabout/lexicon.json`. */
export interface Lexicon {
  /** Rules for a line that is about one thing only and claims no event. */
  readonly alone: readonly Rule[];
  /** Rules for events, in order of precedence; an empty type closes words to the later rules. */
  readonly events: readonly Rule[];
  readonly clause: RegExp;
  /** Matches text that ends right before the name of the team that acts: "by the ". */
  readonly actor: RegExp;
  readonly team: RegExp;
  readonly score: Readonly<Record<keyof z.infer<typeof languageSchema>['score'], RegExp>>;
  /** Words that are spelt like a team's code, in any case; of these only `codes`, as they are written, are the team's. */
  readonly code: RegExp;
  readonly codes: ReadonlySet<string>;
  /** A team's English name by any word for it. */
  readonly teamNames: ReadonlyMap<string, string>;
  readonly numbers: ReadonlyMap<string, number>;
}

export interface Rule {
  readonly type: string;
  readonly pattern: RegExp;
}

/** A team, and the words that a line may call it by. */
export interface TeamWords {
  readonly name: string;
  readonly words: readonly string[];
  /** Short forms that count only as they are written: `CAN` is a team, and "can" none. */
  readonly codes?: readonly string[];
}

/** The same file that the corpus was checked with (`models/kickabout/corpus/claims.py`). */
const path = new URL('../../models/kickabout/lexicon.json', import.meta.url);

type LexiconFile = z.infer<typeof lexiconSchema>;

let file: LexiconFile | undefined;

/** Of the colours that the file names. */
const COLOURS: readonly TeamWords[] = [];
const compiled = new WeakMap<readonly TeamWords[], Map<string, Lexicon>>();

/**
 * The lexicon of a language by its BCP 47 tag (`en-GB` reads as `en`), or undefined where there is none. `teams` are known beside
 * the colours of the file; a word of theirs means no colour any more. Compiled once for each list.
 */
export function lexiconOf(lang: string, teams: readonly TeamWords[] = COLOURS): Lexicon | undefined {
  const name = languageOf(lang);
  file ??= readLexicon();
  const known = compiled.get(teams) ?? new Map<string, Lexicon>();
  compiled.set(teams, known);
  const lexicon = known.get(name) ?? compileLexicon(file, name, teams);
  if (lexicon !== undefined) known.set(name, lexicon);
  return lexicon;
}

/** What a team of the file is called in a language; other names stay as they are. */
export function teamIn(lang: string, name: string): string {
  file ??= readLexicon();
  const language = languageOf(lang);
  const [word] = file.teams[name]?.[language]?.split('|') ?? [];
  return language === 'en' ? name : (word ?? name);
}

/** Every team that the file has: one for each colour of shirt. */
export function colours(): readonly string[] {
  file ??= readLexicon();
  return Object.keys(file.teams);
}

/** What a team in this colour is called, in every language. */
export function colourWords(colour: string): readonly string[] {
  file ??= readLexicon();
  return Object.values(file.teams[colour] ?? {}).flatMap((words) => words.split('|'));
}

/** The colours that words for a shirt name, in any language: "dark blue", 红色, "red and white stripes". */
export function coloursIn(shirt: string): readonly string[] {
  const named = colours()
    .flatMap((colour) => colourWords(colour).map((word) => ({ colour, word: word.replace(/[队方]$/u, '') })))
    .sort((a, b) => b.word.length - a.word.length);
  let rest = plainWord(shirt);
  const found = named.filter(({ word }) => {
    const before = rest;
    rest = rest.replaceAll(/^\p{Script=Han}/u.test(word) ? word : new RegExp(`\\b${word}\\b`, 'gu'), ' ');
    return rest !== before;
  });
  return [...new Set(found.map(({ colour }) => colour))];
}

function readLexicon(): LexiconFile {
  return lexiconSchema.parse(JSON.parse(readFileSync(path, 'utf8')));
}

function languageOf(tag: string): string {
  return tag.toLowerCase().split('-')[0] ?? '';
}

function compileLexicon(
  { teams: colours, languages }: LexiconFile,
  lang: string,
  teams: readonly TeamWords[],
): Lexicon | undefined {
  const entry = languages[lang];
  if (entry === undefined) return undefined;
  const teamNames = new Map([
    ...Object.entries(colours).flatMap(([name, words]) =>
      (words[lang] ?? '').split('|').map((word) => [word, name] as const),
    ),
    ...teams.flatMap(({ name, words, codes = [] }) =>
      [...words, ...codes].map((word) => [plainWord(word), name] as const),
    ),
  ]);
  const numbers = new Map(
    entry.numbers.flatMap((words, value) => words.split('|').map((word) => [word, value] as const)),
  );
  // Of a code that is a colour too, "Red card" must stay readable.
  const isColour = (word: string) => Object.values(colours).some(({ en }) => en?.split('|').includes(word));
  const codes = teams.flatMap(({ codes = [] }) => codes).filter((code) => !isColour(plainWord(code)));
  const anyTeam = longestFirst(teamNames.keys());
  const anyNumber = longestFirst(numbers.keys());
  const scorePattern = (source: string) =>
    new RegExp(
      source.replaceAll('(T)', () => `(${anyTeam})`).replaceAll('(N)', () => `(${anyNumber})`),
      'gu',
    );
  return {
    alone: entry.alone.map(compile),
    events: entry.events.map(compile),
    clause: new RegExp(entry.clause, 'gu'),
    actor: new RegExp(entry.actor, 'u'),
    team: new RegExp(`${entry.word}(?:${anyTeam})${entry.word}`, 'gu'),
    score: {
      nil: scorePattern(entry.score.nil),
      level: scorePattern(entry.score.level),
      teams: scorePattern(entry.score.teams),
      pair: scorePattern(entry.score.pair),
      behind: scorePattern(entry.score.behind),
    },
    code:
      codes.length === 0
        ? /(?!)/gu
        : new RegExp(`(?<![\\p{L}\\p{N}])(?:${longestFirst(codes)})(?![\\p{L}\\p{N}])`, 'giu'),
    codes: new Set(codes),
    teamNames,
    numbers,
  };
}

/** A word as lines are read: lower case, one kind of apostrophe, single spaces. */
export function plainWord(text: string): string {
  return text.normalize('NFKC').toLowerCase().replaceAll('’', "'").replace(/\s+/gu, ' ');
}

function compile([type, source]: z.infer<typeof rule>): Rule {
  return { type, pattern: new RegExp(source, 'gu') };
}

function longestFirst(words: Iterable<string>): string {
  return [...words]
    .sort((a, b) => b.length - a.length)
    .map((word) => word.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'))
    .join('|');
}
