import type { Reasoning } from '../../media/reasoning.js';
import { PartialField } from '../partial-field.js';
import { CONCLUDE } from '../reasoning.js';
import { readSteps } from './steps.js';

/** What a model writes instead of a line where no schema holds it. */
export const SILENCE = '<silence>';

/** The field of the answer's schema. */
export const SAY = 'say';

/** Longest answer that is read, characters: many times what can be spoken before the next look, and as much again for each step. */
const LONGEST = 4_000;
const LONGEST_IN_STEPS = 4 * LONGEST;

/** Before the answer itself: white space, a finished thought, the opening of a code block. */
const PREAMBLE = /^(?:\s+|<think>[\s\S]*?<\/think>|```(?:json)?(?=\s))/i;
/** What may yet become a preamble. */
const MAYBE_PREAMBLE = /^(?:<think>[\s\S]*|`{1,3}(?:j|js|jso|json)?)$/i;

/** What an answer came to. */
export interface Answered {
  /** `null` is silence. */
  readonly line: string | null;
  /** `null` where the model did not answer in steps. */
  readonly reasoning: Reasoning | null;
}

/**
 * Reads one answer as it streams in, whether the model keeps to the schema (`{say: string | null}`, or the four steps) or writes
 * plain text: what begins with a brace is JSON, and what begins with `Observe:` is steps. Raises SyntaxError where that
 * JSON is broken or without end, RangeError when the answer is longer than any line.
 */
export class Answer {
  readonly #reasoning: boolean;
  #received = 0;
  #opening = '';
  #form: 'unknown' | 'plain' | 'json' = 'unknown';
  #plain = '';
  readonly #field: PartialField;

  constructor(reasoning = false) {
    this.#reasoning = reasoning;
    // A model that was not asked for steps, or does not know them, still gets its line heard.
    this.#field = new PartialField(reasoning ? [CONCLUDE, SAY] : [SAY]);
  }

  /** Takes the next piece and returns the whole line so far, free of half characters; empty while it may be a silence. */
  push(piece: string): string {
    this.#received += piece.length;
    const longest = this.#reasoning ? LONGEST_IN_STEPS : LONGEST;
    if (this.#received > longest) throw new RangeError(`the answer is longer than ${longest} characters`);
    if (this.#form === 'unknown') this.#open(piece);
    else this.#take(piece);
    return this.#soFar();
  }

  end(): Answered {
    if (this.#form === 'json') {
      const line = lineOf(this.#field.end() ?? '');
      return { line, reasoning: this.#reasoning ? stepsOf(this.#field.texts(), line) : null };
    }
    const steps = this.#reasoning ? readSteps(this.#plain, true) : null;
    const line = lineOf(steps === null ? this.#plain : steps.line);
    return { line, reasoning: steps === null ? null : stepsOf(steps.texts, line) };
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
    const steps = this.#reasoning ? readSteps(this.#plain, false) : null;
    const text = (steps === null ? this.#plain : steps.line).trimStart();
    return isStartOf(SILENCE, text.trimEnd()) || isSilence(text) ? '' : wholeCharacters(text);
  }
}

/** Without the first half of a surrogate pair whose second half is still to come. */
export function wholeCharacters(text: string): string {
  return /[\uD800-\uDBFF]$/.test(text) ? text.slice(0, -1) : text;
}

/** The line that a text is; `null` for a silence. */
function lineOf(text: string): string | null {
  return text.trim() === '' || isSilence(text) ? null : text.toWellFormed().trim();
}

/** `null` where there are no steps but a line alone. */
function stepsOf(texts: Readonly<Record<string, string>>, line: string | null): Reasoning | null {
  const step = (name: keyof Reasoning) => (texts[name] ?? '').toWellFormed().trim();
  const [observe, analyse, reason] = [step('observe'), step('analyse'), step('reason')];
  if (observe === '' && analyse === '' && reason === '') return null;
  return { observe, analyse, reason, conclude: line ?? '' };
}

function isSilence(text: string): boolean {
  return text.trim().toLowerCase().startsWith(SILENCE);
}

function isStartOf(word: string, text: string): boolean {
  return text.length <= word.length && word.startsWith(text.toLowerCase());
}
