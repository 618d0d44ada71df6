import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { Command } from 'commander';
import { DEFAULTS } from '../config.js';
import { BoothError } from '../errors.js';
import { readConfig } from './config-input.js';
import { captionFiles, captionsTarget, checkNarrated, writeNarrated } from './files.js';
import { addCommonOptions, addPortOption, type CommonFlags, configFlags, langsOf } from './options.js';
import { createOutput, type Output, type Terminal } from './output.js';
import { withBooth } from './with-booth.js';

/** The bundled match, two folders above this file, built or not. */
const MATCH = fileURLToPath(new URL('../../samples/match.mp4', import.meta.url));

interface DemoFlags extends CommonFlags {
  readonly port?: number;
  readonly out: string;
  readonly keepOpen?: boolean;
  readonly speak?: boolean;
}

/** `booth demo`: the main job on the bundled match, in real time. */
export function addDemo(program: Command, terminal: Terminal): void {
  const command = addPortOption(program.command('demo'))
    .description('comment on the bundled match in real time, with the page, files and a narrated video')
    .option('--out <dir>', 'folder for the files', 'out')
    .option('--speak', "speak on this machine's loudspeaker")
    .option('--keep-open', 'keep serving the page when the match is over, until Ctrl-C');
  addCommonOptions(command).action((flags: DemoFlags) => demo(flags, terminal));
}

async function demo(flags: DemoFlags, terminal: Terminal): Promise<void> {
  const config = readConfig({ ...configFlags(flags), server: { port: flags.port } }, flags.config);
  const output = createOutput(terminal, flags.json ?? false, (line) => terminal.stdout.write(`${line}\n`), {
    showMemory: flags.showMemory,
  });
  const options = {
    input: MATCH,
    mode: 'live',
    config,
    serve: true,
    speak: flags.speak ?? false,
    captions: captionsTarget(MATCH, flags.out, DEFAULTS.captions.formats),
    signal: terminal.signal,
    ...langsOf(flags),
  } as const;
  const isNarrated = config.speech.engine !== 'none';
  if (isNarrated)
    await checkNarrated(options, flags.out).catch((thrown: unknown) => withoutVoice(thrown, output));
  await withBooth(options, output, async (booth) => {
    const { tracks } = await booth.run();
    const files = captionFiles(tracks);
    if (!terminal.signal.aborted && isNarrated) {
      const narrated = writeNarrated(options, booth, tracks, flags.out, output);
      files.push(...(await narrated.catch((thrown: unknown) => withoutVoice(thrown, output))));
    }
    output.done({ tracks, realTimeFactor: null, files });
    if (!flags.keepOpen || terminal.signal.aborted) return;
    output.note(`\nThe page stays open at ${booth.url}/ until Ctrl-C.`);
    await once(terminal.signal, 'abort');
  });
}

/** Setup lets a machine go without a speech engine: then there is no narrated video, and the rest is shown all the same. */
function withoutVoice(thrown: unknown, output: Output): string[] {
  if (!(thrown instanceof BoothError && thrown.code === 'SPEECH_MISSING')) throw thrown;
  output.warn(thrown.message);
  return [];
}
