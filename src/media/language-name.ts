/** `zh` in English: `Chinese`. A tag that is unknown stays as it is. Raises RangeError for what is no language tag. */
export function languageName(tag: string, inLanguage = 'en'): string {
  return new Intl.DisplayNames([inLanguage], { type: 'language' }).of(tag) ?? tag;
}

/** True for a tag that a language can be called by: whatever names it must not fail on it. */
export function isLanguageTag(tag: string): boolean {
  try {
    return languageName(tag) !== '';
  } catch {
    return false;
  }
}
