/** Barks once when it was not fed for long enough. It sleeps until it is fed, and when told to rest. */
export interface Watchdog {
  feed(): void;
  rest(): void;
}

/** @param timeoutMs `null` makes one that never barks */
export function watchdog(timeoutMs: number | null, bark: () => void): Watchdog {
  let timer: NodeJS.Timeout | undefined;
  const rest = () => clearTimeout(timer);
  const feed = () => {
    rest();
    if (timeoutMs !== null) timer = setTimeout(bark, timeoutMs);
  };
  return { feed, rest };
}
