import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, readFile, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { writingTo } from '../../src/hub/disk.js';
import type { KnownModel } from '../../src/hub/known.js';
import { type PullContext, pull } from '../../src/hub/pull.js';
import { hubSettings } from '../../src/hub/settings.js';
import { cutAfter, type HubServer, hubServer, status, weights } from './hub-server.js';
import { noTime, reached } from './patience.js';

const DECODER = 'onnx/decoder_model_merged_q4.onnx';
const BIG = 40_000;

const CONFIGS = [
  'config.json',
  'generation_config.json',
  'preprocessor_config.json',
  'tokenizer.json',
  'tokenizer_config.json',
];
const graphs = (suffix: string) =>
  ['vision_encoder', 'embed_tokens', 'decoder_model_merged'].map((graph) => `onnx/${graph}${suffix}.onnx`);

function repository(): Record<string, Buffer> {
  const paths = [
    ...CONFIGS,
    'chat_template.jinja',
    'README.md',
    'model.safetensors',
    ...graphs('_q4'),
    `${DECODER}_data`,
    `${DECODER}_data_1`,
    ...graphs('_fp16'),
    ...graphs('').slice(0, 2),
  ];
  return Object.fromEntries(paths.map((path, i) => [path, weights(path === DECODER ? BIG : 500 + i, i + 1)]));
}

const Q4 = [
  ...CONFIGS,
  'chat_template.jinja',
  ...graphs('_q4'),
  `${DECODER}_data`,
  `${DECODER}_data_1`,
].sort();

let server: HubServer;
let cache: string;
let here: string;
let owner: string;

beforeEach(async () => {
  server = await hubServer(repository());
  cache = await mkdtemp(join(tmpdir(), 'booth-cache-'));
  owner = join(cache, 'owner');
  here = join(owner, 'name');
});

afterEach(async () => {
  await server.close();
  await rm(cache, { recursive: true, force: true });
});

function start(change: Partial<PullContext> = {}, request: { dtype?: string; revision?: string } = {}) {
  return pull(
    { repository: { owner: 'owner', name: 'name' }, revision: 'main', dtype: 'q4', ...request },
    {
      cache,
      settings: hubSettings({ HF_ENDPOINT: server.url, HF_TOKEN: 'hf_secret' }),
      known: [],
      freeBytes: () => Promise.resolve(1e9),
      progress: { listed() {}, at() {} },
      pause: noTime().pause,
      signal: new AbortController().signal,
      ...change,
    },
  );
}

async function filesIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
    .sort();
}

/** Every byte of the model is the server's. */
async function expectWhole(paths: readonly string[] = Q4) {
  for (const path of paths)
    expect((await readFile(join(here, path))).equals(server.files.get(path) ?? Buffer.alloc(0))).toBe(true);
}

describe('pull', () => {
  it('brings the configuration, the tokenizer and the three graphs with their data, and nothing else', async () => {
    const pulled = await start();
    expect(pulled).toMatchObject({
      repository: 'owner/name',
      revision: 'main',
      dtypes: ['q4'],
      manifest: 'missing',
    });
    expect(await filesIn(here)).toEqual(['.booth-pull.json', ...Q4].sort());
    await expectWhole();
    expect(await readdir(owner)).toEqual(['name']);
  });

  it('tells how far it is', async () => {
    const told: number[] = [];
    const { bytes } = await start({ progress: { listed() {}, at: (so) => void told.push(so) } });
    expect(told[0]).toBe(0);
    expect(told.at(-1)).toBe(bytes);
    expect(told).toEqual([...told].sort((a, b) => a - b));
  });

  it('asks for nothing twice: a second pull reads the list alone', async () => {
    await start();
    server.asked.length = 0;
    await start();
    expect(server.asked.map(({ path }) => path)).toEqual(['/api/models/owner/name/tree/main']);
    await expectWhole();
  });

  it('shows no half model when it is stopped, and goes on at the very byte', async () => {
    const stop = new AbortController();
    const { done, tell } = reached(BIG / 2);
    server.misbehave(DECODER, cutAfter(BIG / 2, new Promise(() => {})));
    const first = start({ signal: stop.signal, progress: { listed() {}, at: tell } });
    await done;
    stop.abort(new Error('stopped'));
    await expect(first).rejects.toThrow('stopped');
    expect(await readdir(owner)).toEqual(['.name.partial']);
    const come = (await readFile(join(owner, '.name.partial', `${DECODER}.part`))).length;
    expect(come).toBeGreaterThan(0);

    const finished = server.asked.map(({ path }) => path).filter((path) => !/tree|decoder/.test(path));
    server.asked.length = 0;
    await start();
    await expectWhole();
    expect(server.askedFor(DECODER).map(({ range }) => range)).toEqual([`bytes=${come}-`]);
    expect(server.asked.filter(({ path }) => finished.includes(path))).toEqual([]);
  });

  it('shows no half model when one file stays wrong', async () => {
    server.misbehave(DECODER, ...Array.from({ length: 9 }, () => status(404)));
    await expect(start()).rejects.toMatchObject({ code: 'MODEL_DOWNLOAD_FAILED' });
    expect(await readdir(owner)).toEqual(['.name.partial']);
    await start({}, { dtype: 'fp16' });
    expect((await filesIn(here)).filter((path) => path.includes('_q4'))).toEqual([]);
  });

  it('adds a variant to those that are there, without getting anything again', async () => {
    await start();
    server.asked.length = 0;
    const { dtypes } = await start({}, { dtype: 'fp16' });
    expect(dtypes).toEqual(['fp16', 'q4']);
    expect(server.asked.map(({ path }) => path).filter((path) => !path.includes('tree'))).toEqual(
      graphs('_fp16'),
    );
    await expectWhole([...Q4, ...graphs('_fp16')]);
  });

  it('replaces what is damaged and what has changed on the server', async () => {
    await start();
    await writeFile(join(here, 'onnx/embed_tokens_q4.onnx'), weights(600, 99));
    server.files.set('config.json', weights(321, 5));
    server.asked.length = 0;
    await start();
    expect(server.asked.map(({ path }) => path).sort()).toEqual([
      '/api/models/owner/name/tree/main',
      'config.json',
      'onnx/embed_tokens_q4.onnx',
    ]);
    await expectWhole();
  });

  it.each([
    ['auto', undefined, 'q4'],
    ['auto', ['int8', 'fp16'] as const, 'fp16'],
    ['fp16', undefined, 'fp16'],
  ])('chooses for --dtype %s, known for %j, %s', async (dtype, known, chosen) => {
    expect((await start({ known: known ? [model({ dtypes: [...known] })] : [] }, { dtype })).dtypes).toEqual([
      chosen,
    ]);
  });

  it.each(['fp32', 'q8', 'abacus'])('refuses --dtype %s and names those that are whole', async (dtype) => {
    await expect(start({}, { dtype })).rejects.toThrow('It has: q4, fp16.');
  });

  it('refuses a repository that is in another layout', async () => {
    server.files.delete('tokenizer.json');
    await expect(start()).rejects.toThrow('lacks tokenizer.json');
    server.files.delete('preprocessor_config.json');
    await expect(start()).rejects.toThrow('lacks tokenizer.json, preprocessor_config.json');
    for (const path of [...graphs('_q4'), ...graphs('_fp16')]) server.files.delete(path);
    await expect(start()).rejects.toThrow('layout');
  });

  it('does without what a model can be run without: generation_config.json, and preprocessor_config.json beside a processor_config.json', async () => {
    server.files.delete('generation_config.json');
    server.files.delete('preprocessor_config.json');
    server.files.set('processor_config.json', weights(300, 99));
    await start();
    expect(await filesIn(here)).toContain('processor_config.json');
  });

  it('leaves nothing of a repository that is not there', async () => {
    server.list = status(404);
    await expect(start()).rejects.toThrow('404');
    expect(await readdir(owner)).toEqual([]);
  });

  it.each(['../main', '/main', 'a b', '', 'x\ny'])('refuses the revision %j', async (revision) => {
    await expect(start({}, { revision })).rejects.toMatchObject({ code: 'CONFIG_INVALID' });
    expect(server.asked).toEqual([]);
  });

  it('writes the token into no file', async () => {
    await start();
    for (const path of await filesIn(cache))
      expect((await readFile(join(cache, path))).includes('hf_secret')).toBe(false);
  });
});

describe('booth.json of a pulled model', () => {
  it('is written where Booth knows the model', async () => {
    const pulled = await start({ known: [model({ booth: { name: 'From Booth' } })] });
    expect(pulled.manifest).toBe('known');
    expect(JSON.parse(await readFile(join(here, 'booth.json'), 'utf8'))).toEqual({ name: 'From Booth' });
  });

  it("is the repository's where it has one", async () => {
    server.files.set('booth.json', Buffer.from('{"name":"Theirs"}'));
    expect((await start({ known: [model({ booth: { name: 'From Booth' } })] })).manifest).toBe('repository');
    await expectWhole(['booth.json']);
  });

  it("stays the user's", async () => {
    await start();
    await writeFile(join(here, 'booth.json'), '{"name":"Mine"}');
    expect((await start({ known: [model({ booth: { name: 'From Booth' } })] })).manifest).toBe('user');
    expect(await readFile(join(here, 'booth.json'), 'utf8')).toBe('{"name":"Mine"}');
  });
});

describe('the cache while pulls work on it', () => {
  it('lets one process at a time work on a model', async () => {
    const { done, tell } = reached(BIG / 2);
    let goOn = () => {};
    const held = new Promise<void>((resolve) => {
      goOn = resolve;
    });
    server.misbehave(DECODER, cutAfter(BIG / 2, held));
    const first = start({ progress: { listed() {}, at: tell } });
    await done;
    await expect(start()).rejects.toMatchObject({ code: 'MODEL_BUSY' });
    goOn();
    await first;
    await expectWhole();
    expect(await readdir(owner)).toEqual(['name']);
  });

  it('takes over the lock of a process that has died', async () => {
    const child = spawn(process.execPath, ['-e', '']);
    await once(child, 'exit');
    await mkdir(owner);
    await writeFile(join(owner, '.name.lock'), JSON.stringify({ pid: child.pid, host: hostname() }));
    await start();
    expect(await readdir(owner)).toEqual(['name']);
  });

  it.each([
    ['a living process', JSON.stringify({ pid: process.pid, host: hostname() })],
    ['another machine', JSON.stringify({ pid: 2 ** 22 + 1, host: 'elsewhere' })],
  ])('respects the lock of %s', async (_name, lock) => {
    await mkdir(owner);
    await writeFile(join(owner, '.name.lock'), lock);
    await expect(start()).rejects.toThrow('.name.lock');
    expect(await readdir(owner)).toEqual(['.name.lock']);
  });

  it('lets exactly one of many take over a dead lock', async () => {
    await mkdir(owner);
    await writeFile(join(owner, '.name.lock'), 'half a lo');
    const results = await Promise.allSettled(Array.from({ length: 5 }, () => start()));
    const failures = results.flatMap((result) => (result.status === 'rejected' ? [result.reason] : []));
    expect(failures.map(({ code }) => code).filter((code) => code !== 'MODEL_BUSY')).toEqual([]);
    expect(failures.length).toBeLessThan(5);
    await expectWhole();
    expect(await readdir(owner)).toEqual(['name']);
  });

  it('finds the model again when a process died while replacing it', async () => {
    await start();
    await rename(here, join(owner, '.name.old'));
    server.asked.length = 0;
    await start();
    expect(server.asked).toHaveLength(1);
    await expectWhole();
  });

  it('does not trust a folder of partial files that holds a link', async () => {
    const outside = await mkdtemp(join(tmpdir(), 'booth-outside-'));
    await mkdir(join(owner, '.name.partial'), { recursive: true });
    await symlink(outside, join(owner, '.name.partial', 'onnx'));
    await start();
    expect(await readdir(outside)).toEqual([]);
    await expectWhole();
    await rm(outside, { recursive: true });
  });

  it('says so before it begins when there is no room', async () => {
    const full = start({ freeBytes: () => Promise.resolve(1_000) });
    await expect(full).rejects.toMatchObject({ code: 'MODEL_UNWRITABLE' });
    expect(server.asked).toHaveLength(1);
  });

  it('counts what is here already as no more to come', async () => {
    await start();
    await expect(start({ freeBytes: () => Promise.resolve(0) })).resolves.toBeDefined();
  });

  it('says so when the folder is a file', async () => {
    await writeFile(owner, '');
    await expect(start()).rejects.toMatchObject({ code: 'MODEL_UNWRITABLE' });
  });

  it.each(['ENOSPC', 'EDQUOT', 'EROFS', 'EACCES'])('says what %s means', async (code) => {
    const refused = () => Promise.reject(Object.assign(new Error(code), { code }));
    await expect(writingTo(cache, refused)).rejects.toMatchObject({ code: 'MODEL_UNWRITABLE' });
  });
});

function model(change: Partial<KnownModel>): KnownModel {
  return {
    repository: 'owner/name',
    family: 'llava',
    description: 'A model.',
    parameters: '1 B',
    licence: 'MIT',
    strategy: 'history',
    ran: false,
    dtypes: ['q4'],
    sources: ['https://huggingface.co/owner/name'],
    ...change,
  };
}
