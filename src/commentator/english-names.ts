import type nlp from 'compromise';
import { type AllowedNames, plainName } from './allowed-names.js';
import { FOOTBALL_WORDS, ROLES } from './football-words.js';

type Nlp = typeof nlp;
/** What the tagger knows of words, in lower case. */
type Dictionary = Readonly<Record<string, unknown>>;

/** A word with what stands around it, and what the tagger takes it for. */
interface Term {
  readonly text: string;
  readonly pre: string;
  readonly post: string;
  readonly tags: readonly string[];
}

/** Words, of which some are one name. */
interface Span {
  readonly from: number;
  readonly to: number;
}

const PARTICLES = new Set(
  'al bin da das de del den der di dos du el la le san st ten ter van von'.split(' '),
);
/** Capitalised words that name nobody. */
const NO_NAMES = new Set(['WeekDay', 'Month', 'Holiday', 'Demonym', 'Pronoun', 'Acronym', 'RomanNumeral']);
const PERSONAL = new Set(['Person', 'FirstName', 'LastName', 'MaleName', 'FemaleName']);
const OF_THINGS = new Set(['Place', 'Organization', 'City', 'Country', 'SportsTeam', 'Company']);
/** What follows a name that begins a sentence: "Prado shoots", "Prado with the ball". */
const AFTER_A_NAME = new Set(['Verb', 'Preposition', 'Conjunction', 'Adverb']);

/**
 * The line with every person who is not `allowed` made "a player"; `null` where the line names something else that is not
 * allowed, or would not read well without the name. Built on part-of-speech tags; a name that is an everyday word at the beginning
 * of a sentence ("Rice clears") passes.
 */
export function checkEnglish(text: string, allowed: AllowedNames, tagger: Nlp): string | null {
  const { one } = tagger.model() as { readonly one: { readonly lexicon: Dictionary } };
  const sentences: { readonly terms: readonly Term[] }[] = tagger(text).json({ terms: { tags: true } });
  const checked = sentences.map(({ terms }) => checkSentence(terms, allowed, one.lexicon));
  return checked.includes(null) ? null : checked.join('');
}

function checkSentence(terms: readonly Term[], allowed: AllowedNames, known: Dictionary): string | null {
  const strangers = namesIn(terms, known).filter(
    ({ from, to }) => !allowed.covers(terms.slice(from, to).map(({ text }) => text)),
  );
  const words = terms.map(({ pre, text, post }) => `${pre}${text}${post}`);
  for (const span of strangers) {
    const said = anonymous(terms, span);
    if (said === null) return null;
    words.fill('', said.from, span.to);
    words[said.from] = said.words;
  }
  return words.join('');
}

/** Runs of words that are names, particles between them included. */
function namesIn(terms: readonly Term[], known: Dictionary): Span[] {
  const isName = terms.map((_, index) => isNameAt(terms, index, known));
  const isParticle = (index: number) => PARTICLES.has(plainName(terms[index]?.text ?? ''));
  const joins = (index: number): boolean =>
    isName[index] === true || (isParticle(index) && isCapital(terms[index]) && joins(index + 1));
  const spans: Span[] = [];
  for (let index = 0; index < terms.length; index += 1) {
    if (!joins(index)) continue;
    const from = index;
    while (index + 1 < terms.length && !endsClause(terms[index])) {
      let next = index + 1;
      while (next < terms.length && isParticle(next) && isName[next] !== true) next += 1;
      if (isName[next] !== true) break;
      index = next;
    }
    spans.push({ from, to: index + 1 });
  }
  return spans;
}

function isNameAt(terms: readonly Term[], index: number, known: Dictionary): boolean {
  const term = terms[index];
  if (term === undefined || !isCapital(term)) return false;
  const word = plainName(term.text);
  const shouted = term.text.length > 1 && term.text === term.text.toUpperCase();
  if (word === '' || FOOTBALL_WORDS.has(word) || term.tags.some((tag) => NO_NAMES.has(tag))) return false;
  if (shouted && (term.text.length <= 4 || known[word] !== undefined)) return false;
  if (term.tags.some((tag) => PERSONAL.has(tag))) return true;
  const begins = index === 0 || /[:"“‘(–—-]\s*$/u.test(`${terms[index - 1]?.post ?? ''}${term.pre}`);
  if (!begins) return true;
  if (!term.tags.includes('Noun') || known[word] !== undefined) return false;
  const next = terms[index + 1];
  return (
    next === undefined ||
    endsClause(term) ||
    isCapital(next) ||
    /['’]s$/u.test(term.text) ||
    next.tags.some((tag) => AFTER_A_NAME.has(tag))
  );
}

function isCapital(term: Term | undefined): boolean {
  return /^\p{Lu}/u.test(term?.text ?? '');
}

function endsClause(term: Term | undefined): boolean {
  return /[.,;:!?…]/u.test(term?.post ?? '');
}

/** What is said in place of a stranger's name, and from which word on: the words before it can go with it. */
function anonymous(terms: readonly Term[], { from, to }: Span): { from: number; words: string } | null {
  const name = terms.slice(from, to);
  const isThing = (term: Term) => term.tags.some((tag) => OF_THINGS.has(tag));
  const isPerson = (term: Term) => term.tags.some((tag) => PERSONAL.has(tag));
  if (name.some(isThing) && !name.some(isPerson)) return null;
  const before = terms[from - 1];
  const end = `${/(['’]s)$/u.exec(name.at(-1)?.text ?? '')?.[0] ?? ''}${name.at(-1)?.post ?? ''}`;
  if (before !== undefined && ROLES.has(plainName(before.text))) {
    const article =
      terms[from - 2]?.tags.some((tag) => tag === 'Determiner' || tag === 'Possessive') ?? false;
    const role = article ? before.text : `${from === 1 ? 'The' : 'the'} ${before.text.toLowerCase()}`;
    return { from: from - 1, words: `${before.pre}${role}${end}` };
  }
  if (before?.tags.some((tag) => tag === 'Determiner' || tag === 'Adjective')) return null;
  return { from, words: `${name[0]?.pre ?? ''}${from === 0 ? 'A' : 'a'} player${end}` };
}
