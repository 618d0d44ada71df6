import { PartialField } from './partial-field.js';

/** What a model writes instead of a line where no schema holds it. */
export const SILENCE = '<silence>';

/** The field of the answer's schema. */
export const SAY = 'say';

/** Longest answer that is read, characters: many times what can be spoken before the next look. */
const LONGEST = 4_000;

/** Before the answer itself: white space, a finished thought, the opening of a code block. */
const PREAMBLE = /^(?:\s+|<think>[\s\S]*?<\/think>|```(?:json)?(?=\s))/i;
/** What may yet become a preamble. */
const MAYBE_PREAMBLE = /^(?:<think>[\s\S]*|`{1,3}(?:j|js|jso|json)?)$/i;

/**
 * Reads one answer as it streams in, whether the model keeps to the schema `{say: string | null}` or writes plain text: what
 * begins with a brace is JSON. Raises SyntaxError where that JSON is broken or without end, RangeError when
 * the answer is longer than any line.
 */
export class Answer {
  #received = 0;
  #opening = '';
  #form: 'unknown' | 'plain' | 'json' = 'unknown';
  #plain = '';
  readonly #field = new PartialField(SAY);

  /** Takes the next piece and returns the whole line so far, free of half characters; empty while it may be a silence. */
  push(piece: string): string {
    this.#received += piece.length;
    if (this.#received > LONGEST) throw new RangeError(`the answer is longer than ${LONGEST} characters`);
    if (this.#form === 'unknown') this.#open(piece);
    else this.#take(piece);
    return this.#soFar();
  }

  /** The line; `null` is silence. */
  end(): string | null {
    if (this.#form === 'json') return emptyIsSilence(this.#field.end() ?? '');
    const text = this.#form === 'plain' ? this.#plain : '';
    return isSilence(text) ? null : emptyIsSilence(text.toWellFormed());
  }

  #open(piece: string): void {
    this.#opening += piece;
    for (let found = PREAMBLE.exec(this.#opening); found; found = PREAMBLE.exec(this.#opening))
      this.#opening = this.#opening.slice(found[0].length);
    if (this.#opening === '' || isStartOf('<think>', this.#opening) || MAYBE_PREAMBLE.test(this.#opening))
      return;
    this.#form = this.#opening.startsWith('{') ? 'json' : 'plain';
    this.#take(this.#opening);
  }

  #take(piece: string): void {
    if (this.#form === 'json') this.#field.push(piece);
    else this.#plain += piece;
  }

  #soFar(): string {
    if (this.#form === 'json') return this.#field.soFar;
    const text = this.#plain.trimStart();
    return isStartOf(SILENCE, text.trimEnd()) || isSilence(text) ? '' : wholeCharacters(text);
  }
}

/** Without the first half of a surrogate pair whose second half is still to come. */
export function wholeCharacters(text: string): string {
  return /[\uD800-\uDBFF]$/.test(text) ? text.slice(0, -1) : text;
}

function emptyIsSilence(text: string): string | null {
  return text.trim() === '' || isSilence(text) ? null : text.trim();
}

function isSilence(text: string): boolean {
  return text.trim().toLowerCase().startsWith(SILENCE);
}

function isStartOf(word: string, text: string): boolean {
  return text.length <= word.length && word.startsWith(text.toLowerCase());
}
