import { mkdir, mkdtemp, readdir, rm, symlink, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { cachedModels, remove, verify } from '../../src/hub/cache.js';
import { writeRecord } from '../../src/hub/record.js';
import { resolveModel } from '../../src/vlm/resolve-model.js';
import { sha256, weights } from './hub-server.js';

const MODEL = { owner: 'owner', name: 'name' };
const GRAPH = 'onnx/decoder_model_merged_q4.onnx';
const CONTENTS = { 'config.json': weights(200, 1), [GRAPH]: weights(3_000, 2) };

let home: string;
let cache: string;
let here: string;

beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'booth-home-'));
  cache = join(home, 'models');
  here = join(cache, 'owner', 'name');
  for (const [path, content] of Object.entries(CONTENTS)) {
    await mkdir(dirname(join(here, path)), { recursive: true });
    await writeFile(join(here, path), content);
  }
  await writeRecord(here, {
    format: 1,
    repository: 'owner/name',
    endpoint: 'https://huggingface.co/',
    revision: 'main',
    dtypes: ['q4'],
    files: Object.entries(CONTENTS).map(([path, content]) => ({
      path,
      size: content.length,
      sha256: sha256(content),
      listed: sha256(content),
    })),
  });
});

afterEach(() => rm(home, { recursive: true, force: true }));

describe('cachedModels', () => {
  it('lists what is whole, and nothing that is on its way', async () => {
    await mkdir(join(cache, 'owner', '.other.partial', 'onnx'), { recursive: true });
    await writeFile(join(cache, 'owner', '.other.partial', 'config.json'), '{}');
    await mkdir(join(cache, 'owner', 'empty'));
    expect(await cachedModels(cache)).toEqual([
      { repository: 'owner/name', folder: here, revision: 'main', dtypes: ['q4'], bytes: 3_200 },
    ]);
  });

  it('lists a folder that was put there by hand', async () => {
    await writeFile(join(here, '.booth-pull.json'), 'not a record');
    expect(await cachedModels(cache)).toMatchObject([{ repository: 'owner/name', revision: null }]);
  });

  it('lists nothing where there is no cache', async () => {
    expect(await cachedModels(join(home, 'nowhere'))).toEqual([]);
  });
});

describe('verify', () => {
  it('finds a model as it was pulled', async () => {
    expect(await verify(cache, MODEL)).toBe(2);
  });

  it("leaves the user's own files alone", async () => {
    await writeFile(join(here, 'booth.json'), '{}');
    expect(await verify(cache, MODEL)).toBe(2);
  });

  it.each<[string, (file: string) => Promise<void>, string]>([
    ['one other byte', (file) => writeFile(file, weights(3_000, 3)), 'has another content'],
    ['a short file', (file) => truncate(file, 2_999), 'has 2999 bytes instead of 3000'],
    ['a missing file', (file) => rm(file), 'is missing'],
  ])('names %s', async (_name, damage, fault) => {
    await damage(join(here, GRAPH));
    const failure = verify(cache, MODEL);
    await expect(failure).rejects.toMatchObject({ code: 'MODEL_CORRUPT' });
    await expect(failure).rejects.toThrow(`${GRAPH} ${fault}`);
  });

  it('does not follow a link that took the place of a file', async () => {
    await rm(join(here, GRAPH));
    await writeFile(join(home, 'elsewhere'), CONTENTS[GRAPH] ?? '');
    await symlink(join(home, 'elsewhere'), join(here, GRAPH));
    await expect(verify(cache, MODEL)).rejects.toMatchObject({ code: 'MODEL_CORRUPT' });
  });

  it('cannot speak for a folder without a record', async () => {
    await rm(join(here, '.booth-pull.json'));
    await expect(verify(cache, MODEL)).rejects.toThrow('record');
  });

  it('does not know a model that is not there', async () => {
    await expect(verify(cache, { owner: 'a', name: 'b' })).rejects.toMatchObject({ code: 'MODEL_NOT_FOUND' });
  });
});

describe('remove', () => {
  it('leaves nothing of a model', async () => {
    await mkdir(join(cache, 'owner', '.name.partial'));
    await remove(cache, MODEL);
    expect(await readdir(cache)).toEqual([]);
  });

  it('leaves the other models of the owner', async () => {
    await mkdir(join(cache, 'owner', 'other'));
    await remove(cache, MODEL);
    expect(await readdir(join(cache, 'owner'))).toEqual(['other']);
  });

  it('does not touch a model that is being pulled', async () => {
    await writeFile(join(cache, 'owner', '.name.lock'), JSON.stringify({ pid: 1, host: 'elsewhere' }));
    await expect(remove(cache, MODEL)).rejects.toMatchObject({ code: 'MODEL_BUSY' });
    expect(await verify(cache, MODEL)).toBe(2);
  });

  it('does not follow a link out of the cache', async () => {
    const outside = join(home, 'outside');
    await mkdir(join(outside, 'precious'), { recursive: true });
    await symlink(outside, join(cache, 'linked'));
    await expect(remove(cache, { owner: 'linked', name: 'precious' })).rejects.toThrow('leads out');
    expect(await readdir(outside)).toEqual(['precious']);
  });

  it('does not know a model that is not there', async () => {
    await expect(remove(cache, { owner: 'a', name: 'b' })).rejects.toMatchObject({ code: 'MODEL_NOT_FOUND' });
  });
});

describe('resolveModel', () => {
  it('finds a pulled model by its name', async () => {
    vi.stubEnv('BOOTH_CACHE', home);
    expect(await resolveModel('owner/name')).toBe(here);
    await expect(resolveModel('owner/other')).rejects.toThrow('booth models pull owner/other');
    await expect(resolveModel('../owner')).rejects.toMatchObject({ code: 'MODEL_NOT_FOUND' });
    vi.unstubAllEnvs();
  });
});
