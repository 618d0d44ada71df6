import { type Command, Option } from 'commander';
import { Closer } from '../closer.js';
import { DEFAULTS } from '../config.js';
import type { CaptionFormat } from '../config-schema.js';
import { BoothError } from '../errors.js';
import { type ChannelServer, startChannelServer } from '../server/http.js';
import { openVlm } from '../vlm/load.js';
import type { Vlm } from '../vlm/vlm.js';
import { type ChannelPlan, readChannels } from './channels-file.js';
import { readConfig } from './config-input.js';
import { captionFiles } from './files.js';
import {
  addCommonOptions,
  type CommonFlags,
  captionFormats,
  configFlags,
  portNumber,
  positiveSeconds,
} from './options.js';
import { createOutput, type Output, type Terminal } from './output.js';
import { withBooth } from './with-booth.js';

interface ServeFlags extends CommonFlags {
  readonly port?: number;
  readonly host?: string;
  readonly duration?: number;
  readonly out?: string;
  readonly formats?: CaptionFormat[];
}

/** `booth serve`: several inputs at once, on one model. */
export function addServe(program: Command, terminal: Terminal): void {
  const command = program
    .command('serve')
    .argument('<channels>', 'a YAML file: channels: { north: { input: rtsp://…, lang: en }, … }')
    .description(
      'comment on several streams at once with one loaded model: a page and a feed for each, and their list',
    )
    .option(
      '--port <n>',
      `port to listen on; 0 for any free one (default: ${DEFAULTS.server.port})`,
      portNumber,
    )
    .option('--host <address>', `address to listen on (default: ${DEFAULTS.server.host})`)
    .option('--duration <s>', 'stop after so many seconds', positiveSeconds)
    .option('--out <dir>', 'also write caption files into this folder, named after the channels')
    .addOption(new Option('--formats <list>', 'caption files (default: all)').argParser(captionFormats));
  addCommonOptions(command).action((path: string, flags: ServeFlags) => serve(path, flags, terminal));
}

async function serve(path: string, flags: ServeFlags, terminal: Terminal): Promise<void> {
  const set = {
    ...configFlags(flags),
    server: { port: flags.port, host: flags.host },
    captions: { formats: flags.formats },
  };
  const config = readConfig(set, flags.config);
  const plans = readChannels(path, config);
  const end = new AbortController();
  const signal = AbortSignal.any([terminal.signal, end.signal]);
  const outputs = plans.map(({ name }) => outputOf(name, flags, terminal));
  const closer = new Closer();
  let timer: NodeJS.Timeout | undefined;
  try {
    const names = plans.map(({ name }) => name);
    const server = closer.own(await startChannelServer(config.server, names));
    const print = (line: string) => terminal.stdout.write(`${line}\n`);
    createOutput(terminal, flags.json ?? false, print).list(server.url);
    const vlm = closer.own(await openVlm(config, (error) => outputs[0]?.warn(error.message)));
    if (flags.duration !== undefined) timer = setTimeout(() => end.abort(), flags.duration * 1000);
    const shared = { vlm, server, signal, out: flags.out };
    const runs = plans.map((plan, index) => run(plan, shared, outputs[index] as Output));
    throwIfAllFailed(await Promise.all(runs));
  } finally {
    clearTimeout(timer);
    await closer.close();
  }
}

function outputOf(name: string, { json = false }: ServeFlags, terminal: Terminal): Output {
  const print = (line: string) => terminal.stdout.write(`${name} │ ${line}`.trimEnd().concat('\n'));
  const output = createOutput(terminal, json, (lines) => lines.split('\n').forEach(print));
  return { ...output, warn: (message) => output.warn(`${name}: ${message}`) };
}

interface Shared {
  readonly vlm: Vlm;
  readonly server: ChannelServer;
  readonly signal: AbortSignal;
  readonly out: string | undefined;
}

/** One channel from its opening to its end; resolves with what ended it before its time, which is no harm to the others. */
async function run(
  { name, input, langs, config }: ChannelPlan,
  { vlm, server, signal, out }: Shared,
  output: Output,
): Promise<unknown> {
  const captions = out === undefined ? undefined : { dir: out, base: name, formats: config.captions.formats };
  try {
    const options = { input, mode: 'live', config, vlm, serve: server, signal } as const;
    await withBooth(
      { ...options, ...(langs && { langs }), ...(captions && { captions }) },
      output,
      async (booth) => {
        const { tracks } = await booth.run();
        output.done({ tracks, realTimeFactor: null, files: captionFiles(tracks) });
      },
    );
    return null;
  } catch (thrown) {
    // It was stopped while it waited for its input.
    if (signal.aborted) return null;
    if (!(thrown instanceof BoothError)) throw thrown;
    server.fail(name, thrown.code);
    output.warn(`${thrown.message} [${thrown.code}]`);
    return thrown;
  }
}

function throwIfAllFailed(ends: readonly unknown[]): void {
  const [first] = ends;
  if (ends.every((end) => end !== null)) throw first;
}
