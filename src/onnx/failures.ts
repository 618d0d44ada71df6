import { access } from 'node:fs/promises';
import { BoothError, messageOf } from '../errors.js';

/** Raises MODEL_INVALID when there is no file. */
export async function checkFile(path: string): Promise<void> {
  await access(path).catch((cause: unknown) => {
    throw new BoothError('MODEL_INVALID', `The model lacks ${path}: get its files again.`, { cause });
  });
}

export function graphUnreadable(path: string, cause: unknown): BoothError {
  return new BoothError(
    'MODEL_INVALID',
    `${path} is no ONNX graph that can be run (${messageOf(cause)}): the file is damaged, cut short or not for this runtime; get it again.`,
    { cause },
  );
}

export function runFailed(path: string, cause: unknown): BoothError {
  return new BoothError(
    'INFERENCE_FAILED',
    `Running ${path} failed (${messageOf(cause)}): if that repeats, get the model again, or try another --dtype or --device.`,
    { cause },
  );
}
