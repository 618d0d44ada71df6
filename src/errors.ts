/** What the pipeline does about an error: `fatal` ends it, `restart` backs off and resubscribes, `skip` counts it and goes on. */
export type ErrorPolicy = 'fatal' | 'restart' | 'skip';

export type ErrorStage =
  | 'config'
  | 'source'
  | 'sampler'
  | 'vlm'
  | 'hub'
  | 'commentator'
  | 'captions'
  | 'speech'
  | 'narration'
  | 'server'
  | 'record'
  | 'eval';

interface ErrorKind {
  readonly stage: ErrorStage;
  readonly policy: ErrorPolicy;
}

/** Every code that Booth can raise. Each is explained in `docs/errors.md`; a test fails when one is not. */
export const ERROR_CODES = {
  CONFIG_INVALID: { stage: 'config', policy: 'fatal' },

  FFMPEG_MISSING: { stage: 'source', policy: 'fatal' },
  INPUT_REFUSED: { stage: 'source', policy: 'fatal' },
  INPUT_NOT_FOUND: { stage: 'source', policy: 'fatal' },
  INPUT_NO_VIDEO: { stage: 'source', policy: 'fatal' },
  INPUT_UNREADABLE: { stage: 'source', policy: 'restart' },
  SOURCE_STALLED: { stage: 'source', policy: 'restart' },
  FFMPEG_EXITED: { stage: 'source', policy: 'restart' },
  PREVIEW_FAILED: { stage: 'source', policy: 'skip' },

  MODEL_NOT_FOUND: { stage: 'vlm', policy: 'fatal' },
  MODEL_INVALID: { stage: 'vlm', policy: 'fatal' },
  MODEL_TYPE_UNKNOWN: { stage: 'vlm', policy: 'fatal' },
  DEVICE_MISSING: { stage: 'vlm', policy: 'fatal' },
  RUNTIME_MISSING: { stage: 'vlm', policy: 'fatal' },
  WORKER_DIED: { stage: 'vlm', policy: 'restart' },
  INFERENCE_FAILED: { stage: 'vlm', policy: 'skip' },
  INFERENCE_TIMEOUT: { stage: 'vlm', policy: 'skip' },
  CONTEXT_OVERFLOW: { stage: 'vlm', policy: 'skip' },
  CHANNELS_FULL: { stage: 'vlm', policy: 'fatal' },

  MODEL_DOWNLOAD_FAILED: { stage: 'hub', policy: 'fatal' },
  MODEL_CORRUPT: { stage: 'hub', policy: 'fatal' },
  MODEL_BUSY: { stage: 'hub', policy: 'fatal' },
  MODEL_UNWRITABLE: { stage: 'hub', policy: 'fatal' },

  CAPTIONS_UNWRITABLE: { stage: 'captions', policy: 'fatal' },
  CAPTIONS_INVALID: { stage: 'captions', policy: 'fatal' },

  SPEECH_MISSING: { stage: 'speech', policy: 'skip' },
  SPEECH_FAILED: { stage: 'speech', policy: 'skip' },

  NARRATION_FAILED: { stage: 'narration', policy: 'fatal' },

  CANNOT_LISTEN: { stage: 'server', policy: 'fatal' },
  MESSAGE_INVALID: { stage: 'server', policy: 'skip' },

  RECORD_UNWRITABLE: { stage: 'record', policy: 'fatal' },
  SESSION_INVALID: { stage: 'record', policy: 'fatal' },
  REPLAY_DIFFERS: { stage: 'record', policy: 'fatal' },

  ROSTER_INVALID: { stage: 'commentator', policy: 'fatal' },

  TRUTH_INVALID: { stage: 'eval', policy: 'fatal' },
} as const satisfies Record<string, ErrorKind>;

export type ErrorCode = keyof typeof ERROR_CODES;

/**
 * The one error of Booth. `message` says what failed, the value received, and what to do next,
 * in one line, of which a part of the middle is left out where a value is very long; the stack and `cause` are for `--debug`.
 */
export class BoothError extends Error {
  readonly code: ErrorCode;
  readonly stage: ErrorStage;
  readonly policy: ErrorPolicy;

  constructor(code: ErrorCode, message: string, options?: { cause?: unknown; policy?: ErrorPolicy }) {
    super(readable(message), options?.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'BoothError';
    this.code = code;
    this.stage = ERROR_CODES[code].stage;
    this.policy = options?.policy ?? ERROR_CODES[code].policy;
  }
}

/** Characters of a message that are kept, of its beginning and of its end, which says what to do. */
const KEPT = { first: 1_200, last: 400 };

/** A damaged or hostile file's value may be of any length, and the message quotes it. */
function readable(message: string): string {
  if (message.length <= KEPT.first + KEPT.last) return message;
  return `${message.slice(0, KEPT.first)} … ${message.slice(-KEPT.last)}`;
}

/** The message of anything that was thrown, in one line. */
export function messageOf(thrown: unknown): string {
  const text = thrown instanceof Error ? thrown.message : String(thrown);
  return text.replace(/\s*\n\s*/g, ' · ').trim();
}

/** True for a Node.js system error with this code (`ENOENT`, `EADDRINUSE`, …). */
export function isSystemError(thrown: unknown, code: string): boolean {
  return thrown instanceof Error && (thrown as NodeJS.ErrnoException).code === code;
}
