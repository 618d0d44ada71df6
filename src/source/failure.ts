import { BoothError, type ErrorCode, type ErrorPolicy } from '../errors.js';
import { endless, type Input, withoutCredentials } from './input.js';

/** How a run of ffmpeg or ffprobe ended. */
export interface Ending {
  readonly code: number | null;
  readonly signal: string | null;
  /** The last lines of its standard error, oldest first. */
  readonly stderr: readonly string[];
}

/** What can be read from a pipe. */
export const STREAMABLE = 'Pipe a streamable format (mp4 with its index in front, Matroska, MPEG-TS).';

/** The last lines that are kept of a process's standard error. */
export const KEPT_LINES = 20;

/**
 * The last lines of standard error in one line, fit for a terminal: without ffmpeg's `[demuxer @ address]`,
 * credentials and control characters; at most 300 characters.
 */
export function lastWords(stderr: readonly string[], lines = 3): string {
  const said = stderr
    .map((line) => line.replace(/^(\[[^\]]*\]\s*)+/, ''))
    // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is removed.
    .map((line) => withoutCredentials(line.replace(/[\u0000-\u001f\u007f-\u009f]+/g, ' ')).trim())
    .filter((line, index, all) => line !== '' && line !== all[index - 1]);
  const text = said.slice(-lines).join(' · ');
  return text.length > 300 ? `${text.slice(0, 299)}…` : text;
}

/** `exit code 1: <last words>`. */
export function howItEnded({ code, signal, stderr }: Ending): string {
  const way = signal === null ? `exit code ${code}` : `signal ${signal}`;
  return `${way}: ${lastWords(stderr) || 'it said nothing'}`;
}

/** A failure of the input: worth a restart where the input is live, final where it is a file. */
export function inputError(code: ErrorCode, input: Input, what: string, cause?: unknown): BoothError {
  const restartable = endless(input) || input.kind === 'http';
  const policy: { policy?: ErrorPolicy } = restartable ? {} : { policy: 'fatal' };
  return new BoothError(code, what, { ...policy, cause });
}
