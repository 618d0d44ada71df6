import { closeSync, ftruncateSync, openSync, writeSync } from 'node:fs';
import { BoothError, isSystemError, messageOf } from '../errors.js';
import { type Cue, isWithdrawn } from '../media/cue.js';
import type { CaptionFormatter } from './formatters.js';

/** The newest cues, which can still be cut, and where the file stood before each. */
interface Written {
  readonly cue: Cue;
  readonly offset: number;
  readonly counter: number;
}

/** More than the commentator ever has on screen and waiting. */
const MAX_REVISABLE = 16;

/**
 * A caption file that is complete and valid whenever a reader looks: a cue goes in whole, by one write, as soon as it is
 * final; one that is cut afterwards is taken off the end and written anew.
 *
 * Writes are synchronous: a cue is a few hundred bytes about once a second, so nothing queues, nothing
 * reorders, and a failed write is known before the next cue.
 */
export class CaptionFile implements Disposable {
  readonly #fd: number;
  #offset = 0;
  /** Blocks written so far. */
  #counter = 0;
  #revisable: Written[] = [];
  #closed = false;

  /** Creates or replaces the file. Raises CAPTIONS_UNWRITABLE. */
  constructor(
    readonly path: string,
    readonly formatter: CaptionFormatter,
  ) {
    try {
      this.#fd = openSync(path, 'w');
    } catch (cause) {
      throw unwritable(path, cause);
    }
    try {
      this.#write(formatter.header);
    } catch (error) {
      this[Symbol.dispose]();
      throw error;
    }
  }

  /** Adds a final cue, or changes one of the newest. Raises CAPTIONS_UNWRITABLE; of a cue that is new, the file then is as it was. */
  put(cue: Cue): void {
    const known = this.#revisable.findIndex((written) => written.cue.id === cue.id);
    if (known < 0) {
      if (!isWithdrawn(cue)) this.#append(cue);
      return;
    }
    const later = this.#revisable.slice(known + 1).map((written) => written.cue);
    this.#takeOff(known);
    for (const again of isWithdrawn(cue) ? later : [cue, ...later]) this.#append(again);
  }

  [Symbol.dispose](): void {
    if (this.#closed) return;
    this.#closed = true;
    closeSync(this.#fd);
  }

  #append(cue: Cue): void {
    const { text, blocks } = this.formatter.entry(cue, this.#counter + 1);
    const before = { cue, offset: this.#offset, counter: this.#counter };
    this.#write(text);
    this.#counter += blocks;
    this.#revisable = [...this.#revisable, before].slice(-MAX_REVISABLE);
  }

  #takeOff(from: number): void {
    const first = this.#revisable[from];
    if (first === undefined) return;
    this.#truncate(first.offset);
    this.#offset = first.offset;
    this.#counter = first.counter;
    this.#revisable = this.#revisable.slice(0, from);
  }

  #write(text: string): void {
    const bytes = Buffer.from(text);
    let done = 0;
    try {
      while (done < bytes.length) {
        done += writeSync(this.#fd, bytes, done, bytes.length - done, this.#offset + done);
      }
    } catch (cause) {
      if (done > 0) this.#truncate(this.#offset);
      throw unwritable(this.path, cause);
    }
    this.#offset += done;
  }

  #truncate(length: number): void {
    try {
      ftruncateSync(this.#fd, length);
    } catch (cause) {
      throw unwritable(this.path, cause);
    }
  }
}

/** The error for a folder or file that cannot be written, with what to do about it. */
export function unwritable(path: string, cause: unknown): BoothError {
  const advice =
    ADVICE.find(([code]) => isSystemError(cause, code))?.[1] ?? 'choose another folder with --out';
  return new BoothError(
    'CAPTIONS_UNWRITABLE',
    `Cannot write captions to ${path} (${messageOf(cause)}): ${advice}.`,
    {
      cause,
    },
  );
}

const ADVICE: readonly (readonly [code: string, advice: string])[] = [
  ['ENOSPC', 'the disk is full; free some space or choose another folder with --out'],
  ['EDQUOT', 'the disk quota is used up; free some space or choose another folder with --out'],
  ['EACCES', 'allow writing there or choose another folder with --out'],
  ['EPERM', 'allow writing there or choose another folder with --out'],
  ['EROFS', 'the file system is read-only; choose another folder with --out'],
  ['EISDIR', 'a folder has that name; move it away or choose another folder with --out'],
  ['EEXIST', 'a file stands where the folder should be; move it away or choose another folder with --out'],
  ['ENOTDIR', 'a part of the path is a file; choose another folder with --out'],
  ['ENAMETOOLONG', 'the name is too long; give the input a shorter name'],
];
