import { BoothError } from '../errors.js';
import type { Cue } from '../media/cue.js';
import { CUE_KEYS, cueSchema } from '../media/cue-schema.js';
import { readJsonLines } from '../media/json-lines.js';

/** A cue as one line of JSON, keys in documented order, ended by a line feed. */
export function jsonlLine(cue: Cue): string {
  return `${JSON.stringify(Object.fromEntries(CUE_KEYS.map((key) => [key, cue[key]])))}\n`;
}

/** A whole JSONL file. */
export function writeJsonl(cues: readonly Cue[]): string {
  return cues.map(jsonlLine).join('');
}

/** The cues of a JSONL file; blank lines are passed over. Raises CAPTIONS_INVALID with the line's number and its fault. */
export function readJsonl(file: string): Cue[] {
  return readJsonLines(file, cueSchema, invalid).map(({ value }) => value);
}

function invalid(number: number, fault: string, cause?: unknown): BoothError {
  return new BoothError(
    'CAPTIONS_INVALID',
    `Line ${number} is not a cue (${fault}). Each line must be one cue as in docs/cue.md.`,
    { cause },
  );
}
