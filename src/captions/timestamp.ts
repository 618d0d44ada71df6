/** Seconds as `HH:MM:SS<separator>mmm`; hours grow past two digits where they must. */
export function formatTimestamp(seconds: number, separator: '.' | ','): string {
  const total = Math.max(0, Math.round(seconds * 1_000));
  const pad = (value: number, width: number) => String(Math.floor(value)).padStart(width, '0');
  const clock = [total / 3_600_000, (total / 60_000) % 60, (total / 1_000) % 60].map((part) => pad(part, 2));
  return `${clock.join(':')}${separator}${pad(total % 1_000, 3)}`;
}

const TIMESTAMP = /^(?:(\d{2,}):)?([0-5]\d):([0-5]\d)[.,](\d{3})$/;

/** Seconds of a WebVTT (hours optional, point) or SubRip (comma) time; `null` for anything else. */
export function parseTimestamp(text: string): number | null {
  const match = TIMESTAMP.exec(text);
  if (match === null) return null;
  const [hours, minutes, seconds, thousandths] = match.slice(1).map((part) => Number(part ?? 0));
  const whole = ((hours ?? 0) * 60 + (minutes ?? 0)) * 60 + (seconds ?? 0);
  return (whole * 1_000 + (thousandths ?? 0)) / 1_000;
}

export interface Span {
  /** Seconds. */
  readonly start: number;
  readonly end: number;
}

/** `start --> end`, then whatever settings follow; `null` for a line that is no timing line. */
export function parseTimingLine(line: string): Span | null {
  const [from, arrow, to] = line.trim().split(/\s+/);
  if (from === undefined || arrow !== '-->' || to === undefined) return null;
  const [start, end] = [parseTimestamp(from), parseTimestamp(to)];
  return start === null || end === null ? null : { start, end };
}
