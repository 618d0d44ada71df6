import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import { booth } from '../support/cli.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
const read = (path: string) => readFileSync(join(root, path), 'utf8');

const PAGES = [
  ...['README.md', 'README.zh.md', 'CONTRIBUTING.md', 'samples/README.md', 'models/kickabout/README.md'],
  ...readdirSync(join(root, 'docs'))
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name}`),
];

/** Each line of a page's shell blocks that calls Booth: `live`, and the flags that follow. */
const calls = PAGES.flatMap((page) =>
  [...read(page).matchAll(/^```sh\n(.*?)^```/gms)]
    .flatMap(([, block = '']) => block.split(/\n|&&/))
    .flatMap((line) => {
      const [, words] = /(?:^|\s)booth ([^#]+)/.exec(line) ?? [];
      return words === undefined ? [] : [{ page, words: words.trim().split(/\s+/) }];
    }),
);

const COMMANDS = [
  ...['annotate', 'live', 'serve', 'demo', 'replay', 'eval', 'doctor'],
  ...['models list', 'models pull', 'models verify', 'models rm', 'personas list', 'personas show'],
];

const flagsIn = (text: string) => text.match(/(?<![\w-])--[a-z][a-z-]*/g) ?? [];
const known = new Map<string, readonly string[]>();

beforeAll(async () => {
  for (const command of COMMANDS) {
    const { stdout } = await booth(...command.split(' '), '--help');
    known.set(command, flagsIn(stdout));
  }
}, 120_000);

describe('the documentation', () => {
  it('calls Booth with commands, flags and samples that there are', () => {
    expect(calls.length).toBeGreaterThan(15);
    for (const { page, words } of calls) {
      const command = COMMANDS.find((command) => `${words.join(' ')} `.startsWith(`${command} `)) ?? '';
      expect(known.get(command) ?? [], `${page}: ${words.join(' ')}`).toEqual(
        expect.arrayContaining(words.filter((word) => word.startsWith('--'))),
      );
      const samples = words.filter((word) => word.startsWith('samples/'));
      expect(samples.filter((path) => !existsSync(join(root, path)))).toEqual([]);
    }
  });

  it('tells of every flag in docs/cli.md', () => {
    const told = new Set(flagsIn(read('docs/cli.md')));
    const flags = [...new Set([...known.values()].flat())];
    expect(flags.length).toBeGreaterThan(30);
    expect(flags.filter((flag) => !told.has(flag))).toEqual([]);
  });

  it.each(PAGES)('links from %s to files and headings that there are', (page) => {
    const broken = [...read(page).matchAll(/\]\((?!https?:)([^)#\s]*)(?:#([^)\s]+))?\)/g)].filter(
      ([, path = '', heading]) => {
        const target = path === '' ? page : join(dirname(page), path);
        if (!existsSync(join(root, target))) return true;
        return heading !== undefined && !headings(target).includes(heading);
      },
    );
    expect(broken.map(([link]) => link)).toEqual([]);
  });
});

/** As GitHub names them in links. */
function headings(page: string): string[] {
  return [...read(page).matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N}_\s-]/gu, '')
      .replaceAll(' ', '-'),
  );
}
