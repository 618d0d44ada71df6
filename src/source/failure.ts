import type { SourceConfig } from '../config.js';
import { BoothError, type ErrorCode, type ErrorPolicy } from '../errors.js';
import { endless, type Input, withoutCredentials } from './input.js';
import type { Place } from './timeline.js';

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

/** What ffmpeg says, for all its exit code of 0, when a server went away in the middle of an answer and did not come back. */
const BROKE_OFF = /Stream ends prematurely|Input\/output error/;
/** Seconds: as good as the end, for lengths are told in round numbers. */
const NEARLY = 1;

/**
 * What a run's end means; `null` is a good end. A damaged or cut-off file of which ffmpeg could make frames
 * ends well, with the frames it had: that is for ffmpeg's exit code to say. An end of an endless input never is one, nor is that of an answer
 * over HTTP that broke off.
 * @param place after the last frame
 * @param duration of the input, seconds; `null` where it is unknown
 */
export function failureOf(
  input: Input,
  ending: Ending,
  place: Place,
  duration: number | null,
): BoothError | null {
  const { index: frames, pts } = place;
  if (ending.code !== 0) {
    const what = `ffmpeg stopped reading ${input.name} after ${frames} frames (${howItEnded(ending)}).`;
    const advice = input.kind === 'stdin' && frames === 0 ? STREAMABLE : 'Check the input, then start again.';
    return inputError('FFMPEG_EXITED', input, `${what} ${advice}`);
  }
  if (endless(input)) {
    const said = lastWords(ending.stderr);
    return inputError(
      'FFMPEG_EXITED',
      input,
      `${input.name} ended after ${frames} frames${said && ` (${said})`}. Is the sender gone?`,
    );
  }
  const brokeOff = input.kind === 'http' && ending.stderr.some((line) => BROKE_OFF.test(line));
  if (brokeOff && !(duration !== null && pts >= duration - NEARLY)) {
    const where = `after ${frames} frames (${lastWords(ending.stderr)})`;
    const advice = 'Check the server and the network, then start again.';
    return inputError('FFMPEG_EXITED', input, `${input.name} broke off ${where}. ${advice}`);
  }
  if (frames > 0) return null;
  const why = lastWords(ending.stderr) || 'ffmpeg gave no reason';
  return inputError(
    'INPUT_UNREADABLE',
    input,
    `Not one frame of ${input.name} could be decoded (${why}). The file may be cut off.`,
  );
}

/** No frame came for too long. */
export function stall(
  input: Input,
  { stallTimeoutMs }: Pick<SourceConfig, 'stallTimeoutMs'>,
  { stderr }: Ending,
): BoothError {
  const said = lastWords(stderr);
  const what = `No frame came from ${input.name} for ${stallTimeoutMs} ms${said && ` (${said})`}.`;
  return inputError('SOURCE_STALLED', input, `${what} Check the sender and the network.`);
}

export function readTwice(input: Input): BoothError {
  return inputError(
    'INPUT_UNREADABLE',
    input,
    'Standard input was read already. Save it to a file to read it again.',
  );
}
