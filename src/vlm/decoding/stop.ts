/**
 * Where the stop string that is whole first begins in `text`, the longest where several end together; `undefined` where none is in it. What begins
 * earlier and would end later does not count: a line that is read token by token has ended before.
 */
export function stopAt(text: string, stops: readonly string[]): number | undefined {
  const found = stops
    .map((stop) => ({ at: text.indexOf(stop), length: stop.length }))
    .filter(({ at }) => at >= 0)
    .sort((one, other) => one.at + one.length - (other.at + other.length) || one.at - other.at);
  return found[0]?.at;
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
