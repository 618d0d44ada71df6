import type { Readable } from 'node:stream';
import type { SourceConfig } from '../config.js';
import type { BoothError } from '../errors.js';
import type { Ending } from './failure.js';

export interface SourceOptions extends SourceConfig {
  /** Plays a file at its own speed instead of as fast as it decodes. */
  readonly realtime?: boolean;
  /** Makes `previews()`, from the same decoding. */
  readonly preview?: boolean;
  /** Told of what is done without. */
  readonly onWarning?: (error: BoothError) => void;
}

/** One output of ffmpeg: its arguments, and a URL where it is not standard output. */
export interface Output {
  readonly url: string | null;
  readonly args: readonly string[];
}

/** One run of ffmpeg. */
export interface Run {
  /** Standard output. Paused while nobody reads: at most 1 MiB waits here, then ffmpeg does. */
  readonly stdout: Readable;
  /** Resolves once the process is gone. Rejects with FFMPEG_MISSING. */
  readonly ended: Promise<Ending>;
  /** Ends the process if it still runs, and `stdout` with it. */
  stop(): void;
}
