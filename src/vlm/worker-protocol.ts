import { BoothError, type ErrorCode, messageOf } from '../errors.js';
import type { GraphOptions, Provider, Runtime } from '../onnx/runtime.js';
import type { AnswerSettings } from './decoding/settings.js';
import type { FolderChoice } from './folder.js';
import type { Picture } from './pixels.js';
import type { LookEvent, PromptContext } from './vlm.js';

/** The model that a worker runs. */
export interface WorkerModel extends GraphOptions, FolderChoice {
  readonly path: string;
  readonly device: Provider;
  readonly runtime: Runtime['name'];
  readonly answers: AnswerSettings;
  /** Of its threads, above the main thread's. */
  readonly niceness: number;
}

/** Handed to the worker when it starts. */
export interface WorkerStart {
  readonly model: WorkerModel;
  /** One int32 of shared memory: the loading, and the looks asked for, that have not ended; the worker counts down. */
  readonly unfinished: Int32Array;
}

export interface LookRequest {
  readonly kind: 'look';
  readonly look: number;
  readonly session: number;
  readonly pictures: readonly Picture[];
  readonly context: PromptContext;
  /** One int32 of shared memory: 0, or 1 once the look is not wanted any more. */
  readonly cancel: Int32Array;
}

/** Main thread → worker. Sessions and looks are numbered by the main thread. */
export type WorkerRequest =
  | LookRequest
  | { readonly kind: 'close'; readonly session: number }
  | { readonly kind: 'stop' };

/** Worker → main thread. `loaded` or `failed` without a look comes first; each look ends with `done` or `failed`. */
export type WorkerReply =
  | { readonly kind: 'loaded' }
  | { readonly kind: 'event'; readonly look: number; readonly event: LookEvent }
  /** `workedMs`: how long the model worked for the look, without the waiting for its turn. */
  | { readonly kind: 'done'; readonly look: number; readonly workedMs: number }
  | { readonly kind: 'failed'; readonly look: number | null; readonly error: PlainError };

/** An error that can cross threads: structured cloning keeps only the message of a class of ours. */
export interface PlainError {
  readonly code: ErrorCode;
  readonly message: string;
  readonly stack: string | undefined;
}

/** Whatever was thrown; what is not a `BoothError` yet becomes INFERENCE_FAILED. */
export function toPlain(thrown: unknown): PlainError {
  const stack = thrown instanceof Error ? thrown.stack : undefined;
  if (thrown instanceof BoothError) return { code: thrown.code, message: thrown.message, stack };
  return { code: 'INFERENCE_FAILED', message: `The model failed: ${messageOf(thrown)}.`, stack };
}

export function fromPlain({ code, message, stack }: PlainError): BoothError {
  return new BoothError(code, message, { cause: stack });
}
