import type nlp from 'compromise';
import { type AllowedNames, plainName } from './allowed-names.js';
import { FOOTBALL_WORDS, ROLES } from './football-words.js';

type Nlp = typeof nlp;
/** Whether a word, in lower case, is one of the language and no name. */
export type IsWord = (word: string) => boolean;

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
/** First names that begin a sentence as another word: "Will Prado shoot?", "Mark Prado, somebody!" */
const OPENERS = new Set('chase grant mark may skip will'.split(' '));
/** Capitalised words that name nobody. */
const NO_NAMES = new Set(['WeekDay', 'Month', 'Holiday', 'Demonym', 'Pronoun', 'RomanNumeral']);
const PERSONAL = new Set(['Person', 'FirstName', 'LastName', 'MaleName', 'FemaleName']);
const OF_THINGS = new Set(['Place', 'Organization', 'City', 'Country', 'SportsTeam', 'Company']);
/** Words that no dictionary needs to know: "A", and letters that go on and on, "Goooal". */
const NAMELESS = /^[aio]$|(\p{L})\1\1/u;
/** What follows an apostrophe: "they're", "we'll". */
const ENDINGS = new Set(['re', 'll', 've']);
/** Capital letters in a row that abbreviate something, at most. */
const LONGEST_ABBREVIATION = 4;

/**
 * The line with every person who is not `allowed` made "a player"; `null` where the line names something else that is not
 * allowed, or would not read well without the name. Built on part-of-speech tags; a name that is a word of the language passes
 * at the beginning of a sentence ("Rice clears"), and in a line without any capital letter, where no other word does.
 */
export function checkEnglish(
  text: string,
  allowed: AllowedNames,
  tagger: Nlp,
  isWord: IsWord,
): string | null {
  const sentences: { readonly terms: readonly Term[] }[] = tagger(text).json({ terms: { tags: true } });
  const isName = /\p{Lu}/u.test(text) ? isNameAt : isStrangeAt;
  const checked = sentences.map(({ terms }) =>
    checkSentence(terms, allowed, (index) => isName(terms, index, isWord)),
  );
  return checked.includes(null) ? null : checked.join('');
}

function checkSentence(
  terms: readonly Term[],
  allowed: AllowedNames,
  isName: (index: number) => boolean,
): string | null {
  const strangers = namesIn(
    terms,
    terms.map((_, index) => isName(index)),
  ).filter(({ from, to }) => {
    const words = terms.slice(from, to).map(({ text }) => text);
    const opens = from === 0 && OPENERS.has(plainName(words[0] ?? ''));
    return !allowed.covers(words) && !(opens && words.length > 1 && allowed.covers(words.slice(1)));
  });
  const words = terms.map(({ pre, text, post }) => `${pre}${text}${post}`);
  for (const span of strangers) {
    const said = anonymous(terms, span);
    if (said === null) return null;
    words.fill('', said.from, said.to);
    words[said.from] = said.words;
  }
  return words.join('');
}

/** Runs of words that are names, particles between them included. */
function namesIn(terms: readonly Term[], isName: readonly boolean[]): Span[] {
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

function isNameAt(terms: readonly Term[], index: number, isWord: IsWord): boolean {
  const term = terms[index];
  if (term === undefined || !isCapital(term)) return false;
  const word = plainName(term.text);
  if (word === '' || FOOTBALL_WORDS.has(word) || NAMELESS.test(word)) return false;
  if (term.tags.some((tag) => NO_NAMES.has(tag))) return false;
  const shouted = term.text.length > 1 && term.text === term.text.toUpperCase();
  if (shouted && isWord(word)) return false;
  if (term.tags.some((tag) => PERSONAL.has(tag))) return true;
  if (shouted && term.text.length <= LONGEST_ABBREVIATION) return false;
  const begins = index === 0 || /[:"“‘(–—-]\s*$/u.test(`${terms[index - 1]?.post ?? ''}${term.pre}`);
  return !begins || (term.tags.includes('Noun') && !isWord(word));
}

/** Without capital letters: a word that no dictionary has. */
function isStrangeAt(terms: readonly Term[], index: number, isWord: IsWord): boolean {
  const word = plainName(terms[index]?.text ?? '');
  if (FOOTBALL_WORDS.has(word) || NAMELESS.test(word)) return false;
  const parts = word.split(/[^\p{L}\p{M}]+/u).filter((part) => part.length > 1);
  return !parts.every((part, at) => isWord(part) || (at > 0 && ENDINGS.has(part)));
}

function isCapital(term: Term | undefined): boolean {
  return /^\p{Lu}/u.test(term?.text ?? '');
}

function endsClause(term: Term | undefined): boolean {
  return /[.,;:!?…]/u.test(term?.post ?? '');
}

interface Instead extends Span {
  readonly words: string;
}

/** What is said in place of a stranger's name, and of which words: those before it can go with it. */
function anonymous(terms: readonly Term[], { from, to: end }: Span): Instead | null {
  let to = end;
  while (to < terms.length && terms[to - 1]?.post === '-') to += 1;
  const name = terms.slice(from, to);
  const isThing = (term: Term) => term.tags.some((tag) => OF_THINGS.has(tag));
  const isPerson = (term: Term) => term.tags.some((tag) => PERSONAL.has(tag));
  if (name.some(isThing) && !name.some(isPerson)) return null;
  const before = terms[from - 1];
  const rest = `${/(['’]s)$/u.exec(name.at(-1)?.text ?? '')?.[0] ?? ''}${name.at(-1)?.post ?? ''}`;
  if (before !== undefined && ROLES.has(plainName(before.text))) {
    const article =
      terms[from - 2]?.tags.some((tag) => tag === 'Determiner' || tag === 'Possessive') ?? false;
    const role = article ? before.text : `${from === 1 ? 'The' : 'the'} ${before.text.toLowerCase()}`;
    return { from: from - 1, to, words: `${before.pre}${role}${rest}` };
  }
  if (before?.tags.some((tag) => tag === 'Determiner' || tag === 'Adjective')) return null;
  const first = from === 1 && isFirstName(before) ? 0 : from;
  return { from: first, to, words: `${terms[first]?.pre ?? ''}${first === 0 ? 'A' : 'a'} player${rest}` };
}

/** Of the word before a stranger's name, at the beginning of a sentence, that is also a word of the language: "Son Heung-min". */
function isFirstName(term: Term | undefined): boolean {
  if (term === undefined || term.post.trim() !== '') return false;
  return isCapital(term) && term.tags.includes('Noun') && !FOOTBALL_WORDS.has(plainName(term.text));
}
