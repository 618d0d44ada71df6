import { basename, join } from 'node:path';
import { filter, finalize, ignoreElements, lastValueFrom, type Observable, tap } from 'rxjs';
import type { CaptionsConfig } from '../config.js';
import type { CaptionFormat } from '../config-schema.js';
import { makeFolder } from '../make-folder.js';
import type { Cue } from '../media/cue.js';
import { CaptionFile, unwritable } from './caption-file.js';
import { captionFormatter } from './formatters.js';

export interface CaptionsTarget {
  /** Created where it does not exist. */
  readonly dir: string;
  /** The files' name without its extension. */
  readonly base: string;
  readonly formats: readonly CaptionFormat[];
}

/** The path of each file that was written. */
export type CaptionFiles = Readonly<Partial<Record<CaptionFormat, string>>>;

/**
 * Writes the final cues of one channel to `<dir>/<base>.<format>`, replacing what is there, and resolves when they
 * complete. Subscribes at once. The files are valid at any time in between (see `CaptionFile`), and hold what was said so
 * far when the cues end in an error, which is passed on. Rejects with CAPTIONS_UNWRITABLE as soon as a write fails;
 * a `base` that is not a plain file name is a `TypeError`.
 */
export async function writeCaptions(
  cues: Observable<Cue>,
  target: CaptionsTarget,
  config: CaptionsConfig,
): Promise<CaptionFiles> {
  const files = openFiles(target, config);
  const put = (cue: Cue) => {
    for (const { file } of files) file.put(cue);
  };
  const written = cues.pipe(
    filter((cue) => cue.final),
    tap(put),
    ignoreElements(),
    finalize(() => close(files)),
  );
  await lastValueFrom(written, { defaultValue: undefined });
  return Object.fromEntries(files.map(({ format, file }) => [format, file.path]));
}

interface OpenFile {
  readonly format: CaptionFormat;
  readonly file: CaptionFile;
}

/** All of the files, or none. */
function openFiles({ dir, base, formats }: CaptionsTarget, config: CaptionsConfig): OpenFile[] {
  if (base === '' || basename(base) !== base || base === '.' || base === '..') {
    throw new TypeError(`base must be a plain file name, got ${JSON.stringify(base)}`);
  }
  try {
    makeFolder(dir);
  } catch (cause) {
    throw unwritable(dir, cause);
  }
  const files: OpenFile[] = [];
  try {
    for (const format of new Set(formats)) {
      const path = join(dir, `${base}.${format}`);
      files.push({ format, file: new CaptionFile(path, captionFormatter(format, config)) });
    }
  } catch (error) {
    close(files);
    throw error;
  }
  return files;
}

function close(files: readonly OpenFile[]): void {
  for (const { file } of files) file[Symbol.dispose]();
}
