import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { Command } from 'commander';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { exitCodeOf } from '../../src/cli/exit-codes.js';
import { addModels } from '../../src/cli/models.js';
import { pullProgress } from '../../src/cli/pull-progress.js';
import { cutAfter, type HubServer, hubServer, weights } from '../hub/hub-server.js';
import { startBooth } from '../support/cli.js';

const GRAPH = 'onnx/decoder_model_merged_q4.onnx';
const FILES = [
  'config.json',
  'generation_config.json',
  'preprocessor_config.json',
  'tokenizer.json',
  'tokenizer_config.json',
  'onnx/vision_encoder_q4.onnx',
  'onnx/embed_tokens_q4.onnx',
  GRAPH,
];

let server: HubServer;
let home: string;

beforeEach(async () => {
  server = await hubServer(Object.fromEntries(FILES.map((path, i) => [path, weights(2_000, i)])));
  home = await mkdtemp(join(tmpdir(), 'booth-home-'));
  vi.stubEnv('BOOTH_CACHE', home);
  vi.stubEnv('HF_ENDPOINT', server.url);
  vi.stubEnv('HF_TOKEN', 'hf_secret');
});

afterEach(async () => {
  vi.unstubAllEnvs();
  process.exitCode = undefined;
  await server.close();
  await rm(home, { recursive: true, force: true });
});

/** `booth models …` as the command line runs it, on streams that remember. */
async function models(args: readonly string[], signal = new AbortController().signal) {
  const [stdout, stderr] = [new PassThrough(), new PassThrough()];
  const program = new Command('booth').exitOverride();
  const streams = { stdout, stderr } as unknown as { stdout: NodeJS.WriteStream; stderr: NodeJS.WriteStream };
  addModels(program, { ...streams, signal });
  const thrown: unknown = await program
    .parseAsync(['models', ...args], { from: 'user' })
    .then(() => null)
    .catch((error: unknown) => error);
  stdout.end();
  stderr.end();
  return {
    code: thrown === null ? (process.exitCode ?? 0) : exitCodeOf(thrown),
    message: thrown instanceof Error ? thrown.message : '',
    stdout: await text(stdout),
    stderr: await text(stderr),
  };
}

describe('booth models', () => {
  it('pulls, lists, verifies and removes', async () => {
    const pulled = await models(['pull', 'owner/name', '--dtype', 'q4']);
    expect(pulled.code).toBe(0);
    expect(pulled.stderr).toContain('q4: 8 files');
    expect(pulled.stderr).toContain('100 %');
    expect(pulled.stdout).toContain('owner/name (q4) is whole');
    expect(pulled.stdout).toContain('docs/models.md');

    expect((await models(['list'])).stdout).toMatch(/owner\/name {2}q4 · main · 1 MB/);
    expect((await models(['verify'])).stdout).toContain('owner/name: 8 files');
    expect((await models(['rm', 'owner/name'])).stdout).toContain('Removed owner/name');
    expect((await models(['verify'])).stdout).toContain('no models');
  });

  it('speaks JSON to programs', async () => {
    const json = async (...args: readonly string[]) => JSON.parse((await models([...args, '--json'])).stdout);
    const pulled = await models(['pull', 'owner/name', '--json']);
    expect(JSON.parse(pulled.stdout)).toMatchObject({ repository: 'owner/name', dtypes: ['q4'], files: 8 });
    expect(pulled.stderr).toBe('');
    expect(await json('list')).toMatchObject({ cached: [{ repository: 'owner/name', dtypes: ['q4'] }] });
    expect(await json('verify', 'owner/name')).toEqual({ repository: 'owner/name', files: 8 });
    expect(await json('rm', 'owner/name')).toEqual({ removed: 'owner/name' });
  });

  it('lists the known models and what is known of them', async () => {
    const { stdout } = await models(['list']);
    expect(stdout).toMatch(/HuggingFaceTB\/SmolVLM-256M-Instruct +idefics3 · 256 M · Apache-2.0 · /);
  });

  it('ends with 4 and names the file when one is damaged', async () => {
    await models(['pull', 'owner/name']);
    await writeFile(join(home, 'models/owner/name', GRAPH), weights(2_000, 77));
    const { code, message } = await models(['verify', 'owner/name']);
    expect(code).toBe(4);
    expect(message).toContain(`${GRAPH} has another content`);
  });

  it('checks the models behind a damaged one too', async () => {
    for (const name of ['a/one', 'b/two', 'c/three']) await models(['pull', name]);
    for (const name of ['a/one', 'b/two']) await rm(join(home, 'models', name, GRAPH));
    const { code, message, stdout, stderr } = await models(['verify']);
    expect(code).toBe(4);
    expect(message).toContain('a/one');
    expect(stderr).toContain('b/two');
    expect(stdout).toContain('c/three: 8 files');
  });

  it('ends with 130 when it is stopped, and the next pull goes on', async () => {
    const stop = new AbortController();
    server.misbehave(GRAPH, (request, response, content) => {
      setImmediate(() => stop.abort());
      return cutAfter(1_000, new Promise(() => {}))(request, response, content);
    });
    const { code, stderr } = await models(['pull', 'owner/name'], stop.signal);
    expect(code).toBe(130);
    expect(stderr).toContain('the next pull of owner/name goes on');
    expect(await readdir(join(home, 'models/owner'))).toEqual(['.name.partial']);
    process.exitCode = undefined;
    expect((await models(['pull', 'owner/name'])).code).toBe(0);
  });

  it.each([
    [['pull', '../name'], 2, 'owner/name'],
    [['pull', 'owner/name', '--dtype', 'abacus'], 4, 'It has: q4'],
    [['pull', 'owner/name', '--revision', '../main'], 2, '--revision'],
    [['rm', 'owner/name'], 4, 'booth models list'],
    [['rm', '/etc'], 2, 'owner/name'],
    [['pull'], 2, 'missing required argument'],
  ])('refuses %j', async (args, code, advice) => {
    const refused = await models(args);
    expect(refused.code).toBe(code);
    expect(refused.message).toContain(advice);
  });

  it('never shows the token', async () => {
    server.files.delete(GRAPH);
    const failed = await models(['pull', 'owner/name']);
    server.list = (_request, response) => void response.writeHead(401).end();
    const refused = await models(['pull', 'owner/name']);
    expect(refused.message).toContain('HF_TOKEN');
    expect(JSON.stringify([failed, refused])).not.toContain('hf_secret');
  });
});

describe('booth models pull, killed', () => {
  it('leaves no model and no lock that stays; the next pull goes on', async () => {
    const options = { env: { BOOTH_CACHE: home, HF_ENDPOINT: server.url } };
    const pulling = startBooth(['models', 'pull', 'owner/name'], options);
    const silent = new Promise<void>((asked) => {
      server.misbehave(GRAPH, (_request, response) => {
        response.writeHead(200, { 'content-length': 2_000 }).flushHeaders();
        asked();
      });
    });
    const early = pulling.ended.then(({ stderr }) => Promise.reject(new Error(stderr)));
    await Promise.race([silent, early]);
    pulling.child.kill('SIGKILL');
    await pulling.ended;
    expect((await readdir(join(home, 'models/owner'))).sort()).toEqual(['.name.lock', '.name.partial']);

    server.asked.length = 0;
    const { code, stdout } = await startBooth(['models', 'pull', 'owner/name'], options).ended;
    expect(code).toBe(0);
    expect(stdout).toContain('is whole');
    expect(await readdir(join(home, 'models/owner'))).toEqual(['name']);
    // The list, and the one file that had not come.
    expect(server.asked).toHaveLength(2);
  });
});

describe('pullProgress', () => {
  it('draws a bar on a terminal', async () => {
    const output = Object.assign(new PassThrough(), { isTTY: true, columns: 100 });
    const progress = pullProgress(output as unknown as NodeJS.WriteStream);
    progress.listed(['q4'], 8, 4_000_000);
    progress.at(4_000_000);
    progress.stop();
    output.end();
    expect(await text(output)).toContain('4 MB of 4 MB');
  });
});
