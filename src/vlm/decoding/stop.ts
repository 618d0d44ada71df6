/** Where the first of the stop strings begins in `text`; `undefined` where none is in it. */
export function stopAt(text: string, stops: readonly string[]): number | undefined {
  const found = stops.map((stop) => text.indexOf(stop)).filter((at) => at >= 0);
  return found.length === 0 ? undefined : Math.min(...found);
}

/** `text` without an ending that may yet grow into a stop string. */
export function certainPart(text: string, stops: readonly string[]): string {
  const longest = Math.max(0, ...stops.map(({ length }) => length - 1));
  for (let at = Math.max(0, text.length - longest); at < text.length; at++) {
    const ending = text.slice(at);
    if (stops.some((stop) => stop.startsWith(ending))) return text.slice(0, at);
  }
  return text;
}
