import { lexiconOf } from '../language/lexicon.js';
import { allowedNames } from './allowed-names.js';
import { checkChinese } from './chinese-names.js';
import { checkEnglish } from './english-names.js';
import { openEnglishWords } from './english-words.js';

/** The line as it may be said; `null` where it names somebody or something that must not be named and cannot do without. */
export type CheckNames = (text: string) => string | null;

/** Languages that write every noun with a capital letter: there a capital tells nothing. */
const CAPITAL_NOUNS = new Set(['de', 'lb']);

/**
 * Lets nobody be named but `names`, and teams by the colour of their shirts. In English and Chinese people who are not known become
 * "a player"; in other languages with capital letters the line is held back; in the rest, and in German, nothing can be told.
 */
export async function openNames(lang: string, names: readonly string[]): Promise<CheckNames> {
  const language = lang.split('-')[0] ?? lang;
  const colours = [...(lexiconOf('en')?.teamNames.keys() ?? [])].flatMap((colour) => [colour, `${colour}s`]);
  const allowed = allowedNames([...names, ...colours]);
  if (language === 'en') {
    // Loaded only where names are checked: the dictionaries take a while.
    const [{ default: tagger }, isWord] = await Promise.all([import('compromise'), openEnglishWords()]);
    return (text) => checkEnglish(text, allowed, tagger, isWord);
  }
  if (language === 'zh') return (text) => checkChinese(text, allowed, names);
  if (CAPITAL_NOUNS.has(language)) return (text) => text;
  return (text) => (capitalised(text).every((words) => allowed.covers(words)) ? text : null);
}

/** Runs of capitalised words that do not begin a sentence. */
function capitalised(text: string): string[][] {
  const runs = text.matchAll(
    /(?<![.!?…¡¿:«"“]\s*)(?<!^)(?<=\s)\p{Lu}[\p{L}\p{M}'’-]*(?:\s+\p{Lu}[\p{L}\p{M}'’-]*)*/gu,
  );
  return [...runs].map(([run]) => run.split(/\s+/u));
}
