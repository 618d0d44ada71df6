import { CommanderError } from 'commander';
import { BoothError, type ErrorCode } from '../errors.js';

/** What `booth` ends with. Documented in `booth --help` and docs/cli.md. */
export const EXIT = {
  done: 0,
  bug: 1,
  usage: 2,
  input: 3,
  model: 4,
  output: 5,
  listen: 6,
  missingProgram: 7,
  different: 8,
  interrupted: 130,
} as const;

export const EXIT_HELP = `
Exit codes:
  0  done
  1  a bug in Booth (please report it, with --debug)
  2  wrong usage or configuration
  3  the input cannot be read
  4  the model or the device cannot be used
  5  an output cannot be written
  6  the server cannot listen
  7  a program that is needed is missing
  8  a replay came out otherwise than it was recorded
  130  interrupted before the work was done
`;

const BY_CODE: Partial<Record<ErrorCode, number>> = {
  CONFIG_INVALID: EXIT.usage,
  INPUT_REFUSED: EXIT.usage,
  ROSTER_INVALID: EXIT.usage,
  TRUTH_INVALID: EXIT.usage,
  CAPTIONS_INVALID: EXIT.usage,
  SESSION_INVALID: EXIT.usage,
  FFMPEG_MISSING: EXIT.missingProgram,
  SPEECH_MISSING: EXIT.missingProgram,
  CAPTIONS_UNWRITABLE: EXIT.output,
  RECORD_UNWRITABLE: EXIT.output,
  NARRATION_FAILED: EXIT.output,
  MODEL_UNWRITABLE: EXIT.output,
  CANNOT_LISTEN: EXIT.listen,
  REPLAY_DIFFERS: EXIT.different,
};

export function exitCodeOf(thrown: unknown): number {
  if (thrown instanceof CommanderError) return thrown.exitCode === 0 ? EXIT.done : EXIT.usage;
  if (!(thrown instanceof BoothError)) return EXIT.bug;
  const code = BY_CODE[thrown.code];
  if (code !== undefined) return code;
  if (thrown.stage === 'source') return EXIT.input;
  if (thrown.stage === 'vlm' || thrown.stage === 'hub') return EXIT.model;
  return EXIT.bug;
}
