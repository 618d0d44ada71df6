/** Names as sequences of plain words, to find out which sequences are made of them. */
export interface AllowedNames {
  /** True where the words, in this order, are names or parts of names that are allowed. */
  covers(words: readonly string[]): boolean;
}

/** Each name may be said in full or by neighbouring words of it: "Tom Keller", "Keller". */
export function allowedNames(names: readonly string[]): AllowedNames {
  const phrases = new Set<string>();
  let longest = 1;
  for (const name of names) {
    const words = partsOf(name)
      .map(plainName)
      .filter((word) => word !== '');
    longest = Math.max(longest, words.length);
    words.forEach((_, from) => {
      for (let to = from + 1; to <= words.length; to += 1) phrases.add(words.slice(from, to).join(' '));
    });
  }
  const covers = (words: readonly string[]): boolean => {
    if (words.length === 0) return true;
    const lengths = Array.from({ length: Math.min(longest, words.length) }, (_, index) => index + 1);
    return lengths.some(
      (length) => phrases.has(words.slice(0, length).join(' ')) && covers(words.slice(length)),
    );
  };
  return { covers: (words) => covers(words.map(plainName)) };
}

/** The words of a name: white space parts them, and so do the middle dots of Chinese. */
export function partsOf(name: string): string[] {
  return name.split(/[\s·•・]+/u);
}

/** A word without case, accents, the mark of possession and what stands around it: `Müller's,` → `muller`. */
export function plainName(word: string): string {
  return word
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replaceAll('’', "'")
    .replace(/^[^\p{L}\p{N}]+|[^\p{L}\p{N}]+$/gu, '')
    .replace(/'s$/u, '');
}
