import { readFile } from 'node:fs/promises';
import type { z } from 'zod';
import { BoothError, isSystemError, messageOf } from '../errors.js';

/** A JSON file of a model that fits `schema`. Raises MODEL_INVALID, naming the file and the fault. */
export async function readJson<Schema extends z.ZodType>(
  path: string,
  schema: Schema,
): Promise<z.output<Schema>> {
  const value = await readJsonIfThere(path, schema);
  if (value === null) throw modelInvalid(`it lacks ${path}`);
  return value;
}

/** `null` where there is no such file. Raises MODEL_INVALID for one that does not fit. */
export async function readJsonIfThere<Schema extends z.ZodType>(
  path: string,
  schema: Schema,
): Promise<z.output<Schema> | null> {
  const text = await readIfThere(path);
  return text === null ? null : checked(path, schema, parse(path, text));
}

/** A text file of a model, or `null` where there is none. Raises MODEL_INVALID when it cannot be read. */
export async function readIfThere(path: string): Promise<string | null> {
  return readFile(path, 'utf8').catch((cause: unknown) => {
    if (isSystemError(cause, 'ENOENT')) return null;
    throw modelInvalid(`${path} cannot be read`, cause);
  });
}

/** `value`, read from `path`, held to `schema`. Raises MODEL_INVALID. */
export function checked<Schema extends z.ZodType>(
  path: string,
  schema: Schema,
  value: unknown,
): z.output<Schema> {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const faults = result.error.issues.map(
    (issue) => `${issue.path.join('.') || 'the whole'}: ${issue.message}`,
  );
  throw modelInvalid(`${path} is not valid: ${faults.join('; ')}`);
}

export function modelInvalid(what: string, cause?: unknown): BoothError {
  return new BoothError('MODEL_INVALID', `The model cannot be used: ${what}; get the model again, whole.`, {
    cause,
  });
}

function parse(path: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw modelInvalid(`${path} is not JSON (${messageOf(cause)})`, cause);
  }
}
