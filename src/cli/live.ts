import type { Command } from 'commander';
import { captionFiles, captionsTarget } from './files.js';
import { addOnAirOptions, createStop, type OnAirFlags, onAirConfig } from './on-air.js';
import { langsOf } from './options.js';
import { createOutput, type Terminal } from './output.js';
import { withBooth } from './with-booth.js';

interface LiveFlags extends OnAirFlags {
  readonly serve: boolean;
  readonly speak?: boolean;
  readonly record?: string;
}

/** `booth live`: commentary while it happens. */
export function addLive(program: Command, terminal: Terminal): void {
  const command = program
    .command('live')
    .argument('<input>', 'a URL, v4l2:/dev/video0, -, lavfi:…, or a file, which plays at its own speed')
    .description('comment on a stream while it happens; serve the feed, the page and the voice')
    .option('--no-serve', 'no server: commentary in the terminal only')
    .option('--speak', "speak on this machine's loudspeaker")
    .option('--record <dir>', 'record the session into this folder, for booth replay');
  addOnAirOptions(command).action((input: string, flags: LiveFlags) => live(input, flags, terminal));
}

async function live(input: string, flags: LiveFlags, terminal: Terminal): Promise<void> {
  const config = onAirConfig(flags);
  const stop = createStop(terminal.signal, flags);
  const output = createOutput(terminal, flags.json ?? false, (line) => terminal.stdout.write(`${line}\n`), {
    showMemory: flags.showMemory,
  });
  const { serve, speak = false, out, record } = flags;
  const options = { input, mode: 'live', config, serve, speak, signal: stop.signal } as const;
  const captions = out !== undefined && { captions: captionsTarget(input, out, config.captions.formats) };
  const recorded = record !== undefined && { record };
  await withBooth({ ...options, ...langsOf(flags), ...captions, ...recorded }, output, async (booth) => {
    stop.start();
    try {
      const { tracks } = await booth.run();
      output.done({ tracks, realTimeFactor: null, files: captionFiles(tracks) });
    } finally {
      stop.close();
    }
  });
}
