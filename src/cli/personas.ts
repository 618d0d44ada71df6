import type { Command } from 'commander';
import { bundledPersonas, loadPersona, personaText } from '../personas/load-persona.js';
import type { Terminal } from './output.js';

interface JsonFlag {
  readonly json?: boolean;
}

/** `booth personas`: who can speak, and their files to copy from. */
export function addPersonas(program: Command, terminal: Terminal): void {
  const personas = program
    .command('personas')
    .description('list who can speak; show a persona, to make your own of');
  personas
    .command('list')
    .description('show the personas that come with Booth')
    .option('--json', 'JSON on standard output, for programs')
    .action((flags: JsonFlag) => list(flags, terminal));
  personas
    .command('show')
    .description('print a persona: copy it, change it, and use it with --persona ./mine.yaml')
    .argument('<name|file>', 'a bundled persona, or a file of yours, which is checked')
    .option('--json', 'JSON on standard output, for programs')
    .action((name: string, flags: JsonFlag) => show(name, flags, terminal));
}

function list({ json }: JsonFlag, { stdout }: Terminal): void {
  const personas = bundledPersonas().map((name) => loadPersona(name).file);
  if (json) {
    const told = personas.map(({ name, description, density, instructions }) => ({
      name,
      description,
      density,
      languages: Object.keys(instructions),
    }));
    stdout.write(`${JSON.stringify(told)}\n`);
    return;
  }
  const width = Math.max(...personas.map(({ name }) => name.length));
  for (const { name, description } of personas) stdout.write(`  ${name.padEnd(width)}  ${description}\n`);
  stdout.write(
    '\nUse one with --persona <name>; `booth personas show <name> > mine.yaml` begins your own.\n',
  );
}

function show(name: string, { json }: JsonFlag, { stdout }: Terminal): void {
  const text = personaText(name);
  stdout.write(json ? `${JSON.stringify(loadPersona(name).file)}\n` : text);
}
