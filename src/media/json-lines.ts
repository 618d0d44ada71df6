import type { z } from 'zod';
import { messageOf } from '../errors.js';

/** The error for a line, counted from 1, and what is wrong with it. */
export type LineError = (number: number, fault: string, cause?: unknown) => Error;

/** The values of a JSONL file, each with its line's number; blank lines are passed over. Raises what `invalid` makes. */
export function readJsonLines<Schema extends z.ZodType>(
  file: string,
  schema: Schema,
  invalid: LineError,
): { readonly number: number; readonly value: z.output<Schema> }[] {
  return file.split('\n').flatMap((line, index) => {
    if (line.trim() === '') return [];
    const number = index + 1;
    return [{ number, value: parseJsonLine(line, number, schema, invalid) }];
  });
}

/** The value of one line. Raises what `invalid` makes. */
export function parseJsonLine<Schema extends z.ZodType>(
  line: string,
  number: number,
  schema: Schema,
  invalid: LineError,
): z.output<Schema> {
  const result = schema.safeParse(parseJson(line, number, invalid));
  if (result.success) return result.data;
  const faults = result.error.issues.map((issue) => `${issue.path.join('.') || 'line'}: ${issue.message}`);
  throw invalid(number, faults.join('; '));
}

function parseJson(line: string, number: number, invalid: LineError): unknown {
  try {
    return JSON.parse(line);
  } catch (cause) {
    throw invalid(number, messageOf(cause), cause);
  }
}
