import type { Command } from 'commander';
import { DEFAULTS } from '../config.js';
import type { CaptionFormat } from '../config-schema.js';
import { readConfig } from './config-input.js';
import { EXIT } from './exit-codes.js';
import { captionFiles, captionsTarget, checkNarrated, NARRATION_FORMATS, writeNarrated } from './files.js';
import { addCommonOptions, type CommonFlags, captionFormats, configFlags, langsOf } from './options.js';
import { createOutput, type Terminal } from './output.js';
import { noProgress, type Progress, progress } from './progress.js';
import { withBooth } from './with-booth.js';

interface AnnotateFlags extends CommonFlags {
  readonly out: string;
  readonly formats?: CaptionFormat[];
  readonly narrate?: boolean;
  readonly record?: string;
}

/** `booth annotate`: a whole input, nothing lost, as fast as the machine can. */
export function addAnnotate(program: Command, terminal: Terminal): void {
  const command = program
    .command('annotate')
    .argument('<input>', 'a file, a URL, - for standard input, or lavfi:…')
    .description('write captions, and with --narrate a narrated video, for a whole input')
    .requiredOption('--out <dir>', 'folder for the files')
    .option(
      '--formats <list>',
      `caption files: any of ${DEFAULTS.captions.formats.join(',')} (default: all)`,
      captionFormats,
    )
    .option('--narrate', 'also an MP4 with the commentary spoken; writes vtt and jsonl in any case')
    .option('--record <dir>', 'record the session into this folder, for booth replay');
  addCommonOptions(command).action((input: string, flags: AnnotateFlags) => annotate(input, flags, terminal));
}

async function annotate(input: string, flags: AnnotateFlags, terminal: Terminal): Promise<void> {
  const config = readConfig({ ...configFlags(flags), captions: { formats: flags.formats } }, flags.config);
  const formats = new Set([...config.captions.formats, ...(flags.narrate ? NARRATION_FORMATS : [])]);
  const captions = captionsTarget(input, flags.out, [...formats]);
  const { signal } = terminal;
  const record = flags.record === undefined ? {} : { record: flags.record };
  const options = { input, mode: 'offline', config, captions, signal, ...langsOf(flags), ...record } as const;

  if (flags.narrate) await checkNarrated(options, flags.out);
  let bar: Progress = noProgress(terminal.stderr);
  const output = createOutput(terminal, flags.json ?? false, (line) => bar.log(line), {
    showMemory: flags.showMemory,
  });
  const startedAt = performance.now();
  await withBooth(options, output, async (booth) => {
    if (!flags.json) bar = progress(booth.source.duration, terminal.stderr, () => performance.now());
    const ticks = booth.ticks.subscribe((tick) => bar.update(tick.end));
    try {
      const { tracks } = await booth.run();
      const realTimeFactor = booth.stats().seconds / ((performance.now() - startedAt) / 1000);
      bar.stop();
      bar = noProgress(terminal.stderr);
      const files = captionFiles(tracks);
      if (flags.narrate && !signal.aborted) {
        files.push(...(await writeNarrated(options, booth, tracks, flags.out, output)));
      }
      output.done({ tracks, realTimeFactor, files });
    } finally {
      ticks.unsubscribe();
      bar.stop();
    }
  });
  if (signal.aborted) process.exitCode = EXIT.interrupted;
}
