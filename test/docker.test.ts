import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { DEFAULTS } from '../src/config.js';
import { booth } from './support/cli.js';

const read = (path: string) => readFileSync(new URL(`../${path}`, import.meta.url), 'utf8');

const service = z.object({
  image: z.string().optional(),
  build: z.string().optional(),
  command: z.array(z.string()).optional(),
  ports: z.array(z.string()),
  volumes: z.array(z.string()).optional(),
  profiles: z.array(z.string()).optional(),
});
const compose = z
  .object({ services: z.record(z.string(), service), volumes: z.record(z.string(), z.null()) })
  .parse(parse(read('docker-compose.yml')));
const dockerfile = read('Dockerfile');
const boothServices = Object.values(compose.services).filter(({ build }) => build !== undefined);

describe('the containers', () => {
  it('copy only what is in the repository', () => {
    const copied = [...dockerfile.matchAll(/^COPY (?!--from)(.+) \S+$/gm)].flatMap((row) =>
      (row[1] ?? '').split(' '),
    );
    expect(copied.length).toBeGreaterThan(5);
    expect(copied.filter((path) => !existsSync(new URL(`../${path}`, import.meta.url)))).toEqual([]);
  });

  it('install and build as package.json says', () => {
    const { scripts, engines, bin } = JSON.parse(read('package.json'));
    expect(dockerfile).toContain('RUN npm ci');
    expect(dockerfile).toContain('npm run build');
    expect(scripts.build).toBeDefined();
    expect(dockerfile).toContain(`ENTRYPOINT ["node", "${bin.booth}"]`);
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
