import type { Command } from 'commander';
import { type Config, DEFAULTS } from '../config.js';
import type { CaptionFormat } from '../config-schema.js';
import { readConfig } from './config-input.js';
import {
  addCommonOptions,
  addPortOption,
  type CommonFlags,
  captionFormats,
  configFlags,
  positiveSeconds,
} from './options.js';

/** The flags of the commands that comment while it happens. */
export interface OnAirFlags extends CommonFlags {
  readonly port?: number;
  readonly host?: string;
  readonly duration?: number;
  readonly out?: string;
  readonly formats?: CaptionFormat[];
}

export function addOnAirOptions(command: Command): Command {
  return addCommonOptions(
    addPortOption(command)
      .option('--host <address>', `address to listen on (default: ${DEFAULTS.server.host})`)
      .option('--duration <s>', 'stop after so many seconds', positiveSeconds)
      .option('--out <dir>', 'also write caption files into this folder')
      .option(
        '--formats <list>',
        `caption files: any of ${DEFAULTS.captions.formats.join(',')} (default: all)`,
        captionFormats,
      ),
  );
}

export function onAirConfig(flags: OnAirFlags): Config {
  const { port, host, formats } = flags;
  return readConfig({ ...configFlags(flags), server: { port, host }, captions: { formats } }, flags.config);
}

/** What ends a run before its input does. */
export interface Stop {
  /** Aborts with the terminal's, or when `--duration` is over. */
  readonly signal: AbortSignal;
  /** `--duration` counts from here. */
  start(): void;
  /** Nothing is counted any more. */
  close(): void;
}

export function createStop(terminal: AbortSignal, { duration }: OnAirFlags): Stop {
  const end = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  return {
    signal: AbortSignal.any([terminal, end.signal]),
    start() {
      if (duration !== undefined) timer = setTimeout(() => end.abort(), duration * 1_000);
    },
    close: () => clearTimeout(timer),
  };
}
