import { type Command, Option } from 'commander';
import { DEFAULTS } from '../config.js';
import type { CaptionFormat } from '../config-schema.js';
import { readConfig } from './config-input.js';
import { captionFiles, captionsTarget } from './files.js';
import {
  addCommonOptions,
  type CommonFlags,
  captionFormats,
  configFlags,
  langsOf,
  portNumber,
  positiveSeconds,
} from './options.js';
import { createOutput, type Terminal } from './output.js';
import { withBooth } from './with-booth.js';

interface LiveFlags extends CommonFlags {
  readonly port?: number;
  readonly host?: string;
  readonly serve: boolean;
  readonly speak?: boolean;
  readonly duration?: number;
  readonly out?: string;
  readonly formats?: CaptionFormat[];
  readonly record?: string;
}

/** `booth live`: commentary while it happens. */
export function addLive(program: Command, terminal: Terminal): void {
  const command = program
    .command('live')
    .argument('<input>', 'a URL, v4l2:/dev/video0, -, lavfi:…, or a file, which plays at its own speed')
    .description('comment on a stream while it happens; serve the feed, the page and the voice')
    .option(
      '--port <n>',
      `port of the server, 0 for any free one (default: ${DEFAULTS.server.port})`,
      portNumber,
    )
    .option('--host <address>', `address to listen on (default: ${DEFAULTS.server.host})`)
    .option('--no-serve', 'no server: commentary in the terminal only')
    .option('--speak', "speak on this machine's loudspeaker")
    .option('--duration <s>', 'stop after so many seconds', positiveSeconds)
    .option('--out <dir>', 'also write caption files into this folder')
    .option('--record <dir>', 'record the session into this folder, for booth replay')
    .addOption(new Option('--formats <list>', 'caption files (default: all)').argParser(captionFormats));
  addCommonOptions(command).action((input: string, flags: LiveFlags) => live(input, flags, terminal));
}

async function live(input: string, flags: LiveFlags, terminal: Terminal): Promise<void> {
  const set = {
    ...configFlags(flags),
    server: { port: flags.port, host: flags.host },
    captions: { formats: flags.formats },
  };
  const config = readConfig(set, flags.config);
  const output = createOutput(
    terminal,
    flags.json ?? false,
    (line) => terminal.stdout.write(`${line}\n`),
    flags.showMemory,
  );
  const end = new AbortController();
  const captions =
    flags.out === undefined ? {} : { captions: captionsTarget(input, flags.out, config.captions.formats) };
  const signal = AbortSignal.any([terminal.signal, end.signal]);
  const record = flags.record === undefined ? {} : { record: flags.record };
  const { serve, speak = false } = flags;
  await withBooth(
    { input, mode: 'live', config, serve, speak, signal, ...langsOf(flags), ...captions, ...record },
    output,
    async (booth) => {
      const timer =
        flags.duration === undefined ? undefined : setTimeout(() => end.abort(), flags.duration * 1000);
      try {
        const { tracks } = await booth.run();
        output.done({ tracks, realTimeFactor: null, files: captionFiles(tracks) });
      } finally {
        clearTimeout(timer);
      }
    },
  );
}
