/** The pipeline's clock. Injected, so that tests and replays run on virtual time. */
export interface Clock {
  /** Milliseconds from an arbitrary start, monotonic. */
  now(): number;
}

export const systemClock: Clock = { now: () => performance.now() };

/** `75.5` → `01:15`, `3700` → `1:01:40`. Seconds are floored, as a match clock does. */
export function clockTime(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds));
  const pad = (value: number) => String(value).padStart(2, '0');
  const hours = Math.floor(whole / 3600);
  const minutes = Math.floor((whole % 3600) / 60);
  return hours > 0 ? `${hours}:${pad(minutes)}:${pad(whole % 60)}` : `${pad(minutes)}:${pad(whole % 60)}`;
}
