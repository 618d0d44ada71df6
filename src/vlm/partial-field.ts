const WHITE = /\s/;
const ESCAPES: Readonly<Record<string, string>> = {
  '"': '"',
  '\\': '\\',
  '/': '/',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
};

/** Where the reader stands in the object. */
type State = 'start' | 'key' | 'colon' | 'value' | 'string' | 'other' | 'after' | 'done';

/**
 * One string field of a flat JSON object, read while the object streams in, under any of its `names`: `soFar` is what is certain
 * of its value, never half an escape nor half a surrogate pair. The whole text is parsed once more at the end, by `JSON.parse`, which
 * alone decides whether it is valid.
 */
export class PartialField {
  readonly #names: readonly string[];
  #all = '';
  #state: State = 'start';
  #key = '';
  #escape = '';
  #value = '';

  constructor(names: readonly string[]) {
    this.#names = names;
  }

  get soFar(): string {
    return /[\uD800-\uDBFF]$/.test(this.#value) ? this.#value.slice(0, -1) : this.#value;
  }

  push(piece: string): void {
    this.#all += piece;
    for (const unit of piece.split('')) this.#step(unit);
  }

  /** The field's value; `null` where it is null or missing. Raises SyntaxError for what is no such object. */
  end(): string | null {
    const [name, value = null] = this.#entries().find(([key]) => this.#names.includes(key)) ?? [];
    if (value !== null && typeof value !== 'string')
      throw new SyntaxError(`"${name}" of the answer is no string`);
    return value?.toWellFormed() ?? null;
  }

  /** All fields that are strings. Raises as `end` does. */
  texts(): Readonly<Record<string, string>> {
    return Object.fromEntries(
      this.#entries().filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
    );
  }

  #entries(): [string, unknown][] {
    const object: unknown = JSON.parse(this.#all.slice(0, this.#all.lastIndexOf('}') + 1));
    if (typeof object !== 'object' || object === null) throw new SyntaxError('the answer is no JSON object');
    return Object.entries(object);
  }

  #step(unit: string): void {
    switch (this.#state) {
      case 'start':
      case 'after':
        if (unit === '"') this.#state = 'key';
        if (unit === '"') this.#key = '';
        if (unit === '}') this.#state = 'done';
        return;
      case 'key':
        if (this.#ends(unit, (text) => (this.#key += text))) this.#state = 'colon';
        return;
      case 'colon':
        if (unit === ':') this.#state = 'value';
        return;
      case 'value':
        if (!WHITE.test(unit)) this.#state = unit === '"' ? 'string' : 'other';
        return;
      case 'string':
        if (this.#ends(unit, (text) => this.#keep(text))) this.#state = 'after';
        return;
      case 'other':
        if (unit === ',') this.#state = 'after';
        return;
      case 'done':
        return;
    }
  }

  #keep(text: string): void {
    if (this.#names.includes(this.#key)) this.#value += text;
  }

  /** Inside a string: gives each finished character to `take`; true at the closing quote. */
  #ends(unit: string, take: (text: string) => void): boolean {
    if (this.#escape === '') {
      if (unit === '"') return true;
      if (unit === '\\') this.#escape = unit;
      else take(unit);
      return false;
    }
    this.#escape += unit;
    const [, letter = ''] = this.#escape;
    if (letter === 'u' && this.#escape.length < 6) return false;
    take(letter === 'u' ? codeUnit(this.#escape.slice(2)) : (ESCAPES[letter] ?? ''));
    this.#escape = '';
    return false;
  }
}

function codeUnit(hexadecimal: string): string {
  const code = Number.parseInt(hexadecimal, 16);
  return Number.isNaN(code) ? '' : String.fromCharCode(code);
}
