// @ts-check

/** `75.5` → `01:15`, `3700` → `1:01:40`; seconds are floored, as a match clock does.
 * @param {number} seconds */
export function clockTime(seconds) {
  const whole = Math.max(0, Math.floor(seconds));
  const pad = (/** @type {number} */ value) => String(value).padStart(2, '0');
  const hours = Math.floor(whole / 3600);
  const minutes = `${pad(Math.floor((whole % 3600) / 60))}:${pad(whole % 60)}`;
  return hours > 0 ? `${hours}:${minutes}` : minutes;
}

/** As `clockTime`, with a tenth of a second: `01:15.5`.
 * @param {number} seconds */
export function preciseTime(seconds) {
  const tenths = Math.max(0, Math.floor(seconds * 10 + 1e-6));
  return `${clockTime(Math.floor(tenths / 10))}.${tenths % 10}`;
}

/** `311.6` → `312 ms`, `1234` → `1.23 s`; `null` → `–`.
 * @param {number | null | undefined} value Milliseconds. */
export function duration(value) {
  if (value === null || value === undefined || !Number.isFinite(value)) return '–';
  return value < 1000 ? `${Math.round(value)} ms` : `${(value / 1000).toFixed(value < 10_000 ? 2 : 1)} s`;
}

/** The language's own name for itself: `en` → `English`, `zh` → `中文`; the tag where the browser knows none.
 * @param {string} tag BCP 47. */
export function languageName(tag) {
  try {
    return new Intl.DisplayNames([tag], { type: 'language' }).of(tag) ?? tag;
  } catch {
    return tag;
  }
}

/** `2` and `line` → `2 lines`.
 * @param {number} count
 * @param {string} noun */
export function counted(count, noun) {
  return `${count.toLocaleString('en')} ${noun}${count === 1 ? '' : 's'}`;
}

/**
 * Marks who says a line; the style sheets put the name before it.
 * @param {HTMLElement} element @param {string | null} speaker
 */
export function markSpeaker(element, speaker) {
  if (speaker === null) delete element.dataset.speaker;
  else element.dataset.speaker = speaker;
}
