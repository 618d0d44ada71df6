import { closeSync, openSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { BoothError, isSystemError, messageOf } from '../errors.js';
import { makeFolder } from '../make-folder.js';
import type { SessionLine } from './schema.js';

export const SESSION_FILE = 'session.jsonl';

/** About two days of one track. */
const MAX_BYTES = 1_073_741_824;

export interface SessionWriterOptions {
  /** Told once, when the recording cannot go on; the run does. */
  readonly onWarning: (error: BoothError) => void;
  /** Bytes of the file, at most. */
  readonly maxBytes?: number;
}

/**
 * Writes a session into `<dir>/session.jsonl`, each line by one synchronous append: nothing queues, lines keep the order
 * in which things came about, and a crash cuts the last one at most.
 */
export class SessionWriter {
  readonly path: string;
  readonly #options: SessionWriterOptions;
  #fd: number | null;
  #bytes = 0;

  /** Creates the folder where it is missing. Raises RECORD_UNWRITABLE, also where a session lies there already. */
  constructor(dir: string, options: SessionWriterOptions) {
    this.path = join(dir, SESSION_FILE);
    this.#options = options;
    try {
      makeFolder(dir);
      this.#fd = openSync(this.path, 'ax');
    } catch (cause) {
      throw unwritable(this.path, cause);
    }
  }

  write(line: SessionLine): void {
    if (this.#fd === null) return;
    const bytes = Buffer.from(`${JSON.stringify(line)}\n`);
    if (this.#bytes + bytes.length > (this.#options.maxBytes ?? MAX_BYTES)) {
      this.#giveUp(full(this.path, this.#bytes));
      return;
    }
    try {
      for (let done = 0; done < bytes.length; ) done += writeSync(this.#fd, bytes, done);
      this.#bytes += bytes.length;
    } catch (cause) {
      this.#giveUp(broken(this.path, cause));
    }
  }

  close(): void {
    if (this.#fd === null) return;
    closeSync(this.#fd);
    this.#fd = null;
  }

  /** Leaves no session behind. */
  discard(): void {
    if (this.#fd === null) return;
    this.close();
    rmSync(this.path, { force: true });
  }

  #giveUp(error: BoothError): void {
    this.close();
    this.#options.onWarning(error);
  }
}

function unwritable(path: string, cause: unknown): BoothError {
  const message = isSystemError(cause, 'EEXIST')
    ? `${path} exists: a recording is never overwritten. Choose another folder with --record.`
    : `The recording ${path} cannot be written (${messageOf(cause)}): choose another folder with --record.`;
  return new BoothError('RECORD_UNWRITABLE', message, { cause });
}

function broken(path: string, cause: unknown): BoothError {
  return new BoothError(
    'RECORD_UNWRITABLE',
    `The recording ${path} ends here (${messageOf(cause)}); the run goes on. Free some space for the next one.`,
    { cause, policy: 'skip' },
  );
}

function full(path: string, bytes: number): BoothError {
  return new BoothError(
    'RECORD_UNWRITABLE',
    `The recording ${path} ends here, at its limit (${bytes} bytes); the run goes on. Record shorter sessions.`,
    { policy: 'skip' },
  );
}
