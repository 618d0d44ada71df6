#!/usr/bin/env -S node --single-threaded-gc --max-semi-space-size=2
// The garbage collector's helpers would wait for a core behind inference, and the main thread, its frames and its captions for them. V8 takes
// this flag on the command line alone.
import { Command, CommanderError } from 'commander';
import { addAnnotate } from './cli/annotate.js';
import { addDemo } from './cli/demo.js';
import { addDoctor } from './cli/doctor.js';
import { addEval } from './cli/eval.js';
import { EXIT, EXIT_HELP, exitCodeOf } from './cli/exit-codes.js';
import { addLive } from './cli/live.js';
import { addModels } from './cli/models.js';
import type { Terminal } from './cli/output.js';
import { addPersonas } from './cli/personas.js';
import { addReplay } from './cli/replay.js';
import { addServe } from './cli/serve.js';
import { BoothError, messageOf } from './errors.js';
import { VERSION } from './version.js';

const { stdout, stderr } = process;

function createProgram(terminal: Terminal): Command {
  const program = new Command('booth')
    .description('Real-time video commentary: watches a video, says what happens, in captions and aloud.')
    .version(VERSION)
    .option('--debug', 'show stack traces')
    .addHelpText('after', EXIT_HELP)
    .showSuggestionAfterError()
    .exitOverride();
  for (const add of [
    addAnnotate,
    addLive,
    addServe,
    addDemo,
    addEval,
    addDoctor,
    addModels,
    addPersonas,
    addReplay,
  ])
    add(program, terminal);
  for (const command of program.commands.flatMap((command) => [command, ...command.commands])) {
    command.option('--debug', 'show stack traces').exitOverride().showSuggestionAfterError();
  }
  return program;
}

/** The first signal ends what runs in good order; a second one ends the process. */
function stopSignal(): AbortSignal {
  const stop = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM'] as const) {
    process.on(name, () => {
      if (stop.signal.aborted) process.exit(EXIT.interrupted);
      stop.abort();
    });
  }
  return stop.signal;
}

function tell(thrown: unknown, debug: boolean): void {
  if (thrown instanceof CommanderError) return;
  const detail = debug && thrown instanceof Error ? `\n${thrown.stack}\n${causeOf(thrown)}` : '';
  const name = thrown instanceof BoothError ? thrown.code : 'a bug in Booth (please report it, with --debug)';
  stderr.write(`booth: ${messageOf(thrown)} [${name}]${detail}\n`);
}

function causeOf({ cause }: Error): string {
  return cause instanceof Error ? `caused by ${cause.stack}` : '';
}

const signal = stopSignal();
const debug = process.argv.includes('--debug');
// A reader that goes away (`booth live … | head`) is an end, not an error.
stdout.on('error', (error: NodeJS.ErrnoException) =>
  process.exit(error.code === 'EPIPE' ? EXIT.done : EXIT.bug),
);
// Nobody listens to what is told beside the work: that does not end the work.
stderr.on('error', () => {});
// What is thrown where nobody waits for it is a bug; children end with the process.
process.on('uncaughtException', (thrown) => {
  tell(thrown, debug);
  process.exit(EXIT.bug);
});
try {
  await createProgram({ stdout, stderr, signal }).parseAsync();
} catch (thrown) {
  // What was stopped while it still waited for its input ends without a result, and that is no error.
  if (!signal.aborted) tell(thrown, debug);
  process.exitCode = signal.aborted ? EXIT.interrupted : exitCodeOf(thrown);
}
// Everything is closed by now: what a library left behind must not keep the process alive once all is printed.
await Promise.all([stdout, stderr].map((stream) => new Promise((printed) => stream.write('', printed))));
process.exit();
