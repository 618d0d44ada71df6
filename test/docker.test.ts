import { execFile } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { cp, mkdtemp, readFile, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { fromEnvironment } from '../src/cli/config-input.js';
import { DEFAULTS, makeConfig } from '../src/config.js';
import { booth } from './support/cli.js';

const run = promisify(execFile);
const root = fileURLToPath(new URL('..', import.meta.url));
const read = (path: string) => readFileSync(join(root, path), 'utf8');

const service = z.object({
  image: z.string().optional(),
  build: z.string().optional(),
  command: z.array(z.string()).optional(),
  environment: z.record(z.string(), z.string()).optional(),
  ports: z.array(z.string()),
  volumes: z.array(z.string()).optional(),
  profiles: z.array(z.string()).optional(),
});
const compose = z
  .object({ services: z.record(z.string(), service), volumes: z.record(z.string(), z.null()) })
  .parse(parse(read('docker-compose.yml')));
const dockerfile = read('Dockerfile');
const boothServices = Object.values(compose.services).filter(({ build }) => build !== undefined);

/** Whether the build sees a file: by `.dockerignore`, whose last rule for a path or a folder above it decides. */
const rules = read('.dockerignore')
  .split('\n')
  .filter((row) => row !== '')
  .map((row) => {
    const pattern = row.replace(/^!/, '').replaceAll('.', '\\.').replaceAll('*', '[^/]*');
    return { sent: row.startsWith('!'), matches: new RegExp(`^${pattern}(/|$)`) };
  });
const isSent = (path: string) => rules.findLast(({ matches }) => matches.test(path))?.sent ?? true;

/** What the last stage copies, from the repository or as built there. */
const copies = [
  ...dockerfile.slice(dockerfile.lastIndexOf('FROM ')).matchAll(/^COPY (--from=build )?(\S+) (\S+)$/gm),
].map(([, built, from = '', to = '']) => ({
  from: from.replace(/^\/booth\//, ''),
  to,
  built: built !== undefined,
}));

/** The image's folder, without Docker. */
async function makeImage(image: string): Promise<void> {
  for (const { from, to, built } of copies) {
    const target = to.endsWith('/') ? join(image, to, from.split('/').at(-1) ?? '') : join(image, to);
    if (from === 'node_modules') await symlink(join(root, from), target);
    else {
      const filter = (path: string) => built || isSent(relative(root, path));
      await cp(join(root, from), target, { recursive: true, filter });
    }
  }
}

describe('the containers', () => {
  it('hold all that a commentary needs', async () => {
    const image = await mkdtemp(join(tmpdir(), 'booth-image-'));
    await makeImage(image);
    const inside = { cwd: image };
    await run(
      'ffmpeg',
      ['-v', 'error', '-t', '5', '-i', 'samples/match.mp4', '-c', 'copy', 'short.mp4'],
      inside,
    );
    const [, ...entry] = JSON.parse(/^ENTRYPOINT (.+)$/m.exec(dockerfile)?.[1] ?? '[]');
    await run(process.execPath, [...entry, 'annotate', 'short.mp4', '--out', 'out'], inside);
    expect(await readFile(join(image, 'out', 'short.vtt'), 'utf8')).toContain('-->');
    await rm(image, { recursive: true });
  });

  it('copy only what is in the repository', () => {
    const copied = [...dockerfile.matchAll(/^COPY (?!--from)(.+) \S+$/gm)].flatMap((row) =>
      (row[1] ?? '').split(' '),
    );
    expect(copied.length).toBeGreaterThan(5);
    expect(copied.filter((path) => !existsSync(join(root, path)))).toEqual([]);
  });

  it('install and build as package.json says', () => {
    const { scripts, engines, bin } = JSON.parse(read('package.json'));
    expect(dockerfile).toContain('RUN npm ci');
    expect(dockerfile).toContain('npm run build');
    expect(scripts.build).toBeDefined();
    const [flags = ''] = /(?<=^#!\/usr\/bin\/env -S node ).+/.exec(read('src/cli.ts')) ?? [];
    const entry = ['node', ...flags.split(' '), bin.booth].map((word) => JSON.stringify(word));
    expect(dockerfile).toContain(`ENTRYPOINT [${entry.join(', ')}]`);
    expect(scripts.demo).toContain(`node ${flags} ${bin.booth} demo`);
    const major = Number(/^FROM node:(\d+)/m.exec(dockerfile)?.[1]);
    expect(major).toBeGreaterThanOrEqual(Number(/\d+/.exec(engines.node)?.[0]));
    for (const needed of ['ffmpeg', 'espeak-ng'])
      expect(dockerfile).toMatch(new RegExp(`apt-get install.*${needed}`));
  });

  it('are reached from this machine only, on the port that Booth listens on', () => {
    for (const { ports } of Object.values(compose.services)) {
      for (const port of ports) expect(port).toMatch(/^127\.0\.0\.1:/);
    }
    const { port } = DEFAULTS.server;
    expect(dockerfile).toContain(`EXPOSE ${port}`);
    for (const { command, ports } of boothServices) {
      expect(command).toContain(String(port));
      expect(ports).toEqual([`127.0.0.1:${port}:${port}`]);
    }
  });

  it('answer to the names of this machine alone, and wait for a stream that is away', () => {
    for (const { environment = {} } of boothServices) {
      const { server, source } = makeConfig(fromEnvironment(environment));
      expect(server.names).toEqual(['localhost']);
      expect(source.restartAttempts).toBeGreaterThan(DEFAULTS.source.restartAttempts);
    }
  });

  it('start Booth with flags that it knows, and keep what it writes', async () => {
    const { stdout: help } = await booth('live', '--help');
    for (const { command = [], volumes } of boothServices) {
      expect(command[0]).toBe('live');
      for (const flag of command.filter((word) => word.startsWith('--'))) expect(help).toContain(flag);
      const out = command[command.indexOf('--out') + 1];
      expect(volumes?.map((volume) => volume.split(':')[1])).toContain(out);
    }
    expect(Object.keys(compose.volumes)).toEqual(['out']);
  });
});
