import { createReadStream } from 'node:fs';
import { join } from 'node:path';
import { StringDecoder } from 'node:string_decoder';
import { BoothError, isSystemError, messageOf } from '../errors.js';
import { parseJsonLine } from '../media/json-lines.js';
import { type SessionLine, sessionLineSchema } from './schema.js';
import { SESSION_FILE } from './writer.js';

/** A line of a session is a few hundred characters. */
const MAX_LINE_CHARACTERS = 1_048_576;

/**
 * The lines of a session in order, the header first; one is held at a time. What a crash left of a last line is passed
 * over. Raises SESSION_INVALID with the line's number and its fault.
 */
export async function* readSession(dir: string): AsyncGenerator<SessionLine> {
  const path = join(dir, SESSION_FILE);
  let number = 0;
  for await (const { text, whole } of linesOf(path)) {
    number += 1;
    const invalid = (_: number, fault: string, cause?: unknown) => faultIn(path, number, fault, cause);
    if (!whole && !isJson(text)) break;
    const line = parseJsonLine(text, number, sessionLineSchema, invalid);
    if ((line.kind === 'session') !== (number === 1)) {
      throw faultIn(path, number, number === 1 ? 'the first line must be the header' : 'a second header');
    }
    yield line;
  }
  if (number === 0) throw faultIn(path, 1, 'the file is empty');
}

interface RawLine {
  readonly text: string;
  /** False for a last line without its end. */
  readonly whole: boolean;
}

async function* linesOf(path: string): AsyncGenerator<RawLine> {
  const decoder = new StringDecoder('utf8');
  let rest = '';
  let number = 1;
  try {
    for await (const chunk of createReadStream(path) as AsyncIterable<Buffer>) {
      const lines = (rest + decoder.write(chunk)).split('\n');
      rest = lines.pop() ?? '';
      for (const text of lines) yield { text, whole: true };
      number += lines.length;
      if (rest.length > MAX_LINE_CHARACTERS) throw faultIn(path, number, 'the line is too long');
    }
  } catch (thrown) {
    if (thrown instanceof BoothError) throw thrown;
    throw unreadable(path, thrown);
  }
  rest += decoder.end();
  if (rest !== '') yield { text: rest, whole: false };
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

function faultIn(path: string, number: number, fault: string, cause?: unknown): BoothError {
  return new BoothError(
    'SESSION_INVALID',
    `Line ${number} of ${path} is not of a session (${fault}). Give a folder that --record has written.`,
    { cause },
  );
}

function unreadable(path: string, cause: unknown): BoothError {
  const why = isSystemError(cause, 'ENOENT') ? 'it is not there' : messageOf(cause);
  return new BoothError(
    'SESSION_INVALID',
    `${path} cannot be read (${why}). Give a folder that --record has written.`,
    { cause },
  );
}
