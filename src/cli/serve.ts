import type { Command } from 'commander';
import { Closer } from '../closer.js';
import { BoothError } from '../errors.js';
import { type ChannelServer, startChannelServer } from '../server/http.js';
import { openVlm } from '../vlm/load.js';
import type { Vlm } from '../vlm/vlm.js';
import { type ChannelPlan, readChannels } from './channels-file.js';
import { captionFiles } from './files.js';
import { addOnAirOptions, createStop, type OnAirFlags, onAirConfig } from './on-air.js';
import { createOutput, type Output, type Terminal } from './output.js';
import { withBooth } from './with-booth.js';

/** `booth serve`: several inputs at once, on one model. */
export function addServe(program: Command, terminal: Terminal): void {
  const command = program
    .command('serve')
    .argument('<channels>', 'a YAML file: channels: { north: { input: rtsp://…, lang: en }, … }')
    .description(
      'comment on several streams at once with one loaded model: a page and a feed for each, and their list',
    );
  addOnAirOptions(command).action((path: string, flags: OnAirFlags) => serve(path, flags, terminal));
}

async function serve(path: string, flags: OnAirFlags, terminal: Terminal): Promise<void> {
  const config = onAirConfig(flags);
  const plans = readChannels(path, config, flags.lang);
  const stop = createStop(terminal.signal, flags);
  const outputs = plans.map(({ name }) => outputOf(name, flags, terminal));
  const closer = new Closer();
  try {
    const names = plans.map(({ name }) => name);
    const server = closer.own(await startChannelServer(config.server, names));
    const print = (line: string) => terminal.stdout.write(`${line}\n`);
    createOutput(terminal, flags.json ?? false, print).list(server.url);
    const vlm = closer.own(await openVlm(config, (error) => outputs[0]?.warn(error.message)));
    stop.start();
    const shared = { vlm, server, signal: stop.signal, out: flags.out };
    const runs = plans.map((plan, index) => run(plan, shared, outputs[index] as Output));
    throwIfAllFailed(await Promise.all(runs));
  } finally {
    stop.close();
    await closer.close();
    for (const output of outputs) output.end();
  }
}

function outputOf(name: string, { json = false, showMemory }: OnAirFlags, terminal: Terminal): Output {
  const print = (line: string) => terminal.stdout.write(`${name} │ ${line}`.trimEnd().concat('\n'));
  const output = createOutput(terminal, json, (lines) => lines.split('\n').forEach(print), {
    programme: name,
    showMemory,
  });
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
    const options = { input, mode: 'live', langs, config, vlm, serve: server, signal } as const;
    await withBooth({ ...options, ...(captions && { captions }) }, output, async (booth) => {
      const { tracks } = await booth.run();
      output.done({ tracks, realTimeFactor: null, files: captionFiles(tracks) });
    });
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
