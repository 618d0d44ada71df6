import type { Command } from 'commander';
import { type Examination, examine } from './examine.js';
import { EXIT } from './exit-codes.js';
import type { Terminal } from './output.js';

/** `booth doctor`: what is here, what is missing, and what to do about it. */
export function addDoctor(program: Command, { stdout }: Terminal): void {
  program
    .command('doctor')
    .description('show ffmpeg, speech engines, devices and models: found or missing, with what to do')
    .option('--json', 'one JSON object on standard output, for programs')
    .action(async (flags: { json?: boolean }) => {
      const examination = await examine();
      stdout.write(flags.json ? `${JSON.stringify(examination)}\n` : `${report(examination)}\n`);
      if (examination.ok) return;
      const complete = examination.programs.every(({ found }) => found);
      process.exitCode = complete ? EXIT.model : EXIT.missingProgram;
    });
}

function report({ ok, node, programs, speech, devices, runtime, models }: Examination): string {
  const longest = Math.max(0, ...models.map(({ name }) => name.length));
  return [
    'Programs',
    line(true, 'node', node),
    ...programs.map(({ name, found, version, advice }) =>
      line(found, name, found ? (version ?? '') : missing(advice)),
    ),
    '',
    'Voices',
    ...speech.map(({ engine, found, version, voices, advice }) => {
      const spoken = Object.entries(voices).flatMap(([lang, voice]) => (voice === null ? [] : [lang]));
      return line(found, engine, found ? `${version ?? ''} · speaks ${spoken.join(', ')}` : missing(advice));
    }),
    '',
    'Devices',
    ...devices.map(({ device, works, detail }) => line(works, device, detail)),
    line(
      runtime.name === 'fast',
      'runtime',
      runtime.advice || 'fast: the cache of a model on the processor is extended in place',
    ),
    '',
    'Models',
    ...(models.length === 0
      ? [line(false, 'none', 'models/kickabout/hub is missing: get it from the repository')]
      : []),
    ...models.map(({ name, works, detail }) => line(works, name.padEnd(longest), detail)),
    '',
    ok ? 'Ready: try "booth demo".' : 'Not ready: see the lines marked ✗.',
  ].join('\n');
}

function line(good: boolean, name: string, detail: string): string {
  return `  ${good ? '✓' : '✗'} ${name.padEnd(10)} ${detail}`;
}

function missing(advice: string): string {
  return advice === '' ? 'not on this platform' : `missing; ${advice}`;
}
