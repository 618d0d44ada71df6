import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { hubSettings } from '../../src/hub/settings.js';
import { listFiles } from '../../src/hub/tree.js';
import { type HubServer, hubServer, listing, status } from './hub-server.js';
import { noTime } from './patience.js';

const A = Buffer.from('a');
let server: HubServer;

beforeEach(async () => {
  server = await hubServer({ 'config.json': Buffer.from('{}'), 'onnx/x.onnx': A });
});
afterEach(() => server.close());

function list(revision = 'main') {
  const settings = hubSettings({ HF_ENDPOINT: `${server.url}/` });
  const patience = { pause: noTime().pause, signal: new AbortController().signal };
  return listFiles({ owner: 'owner', name: 'name' }, revision, settings, patience);
}

function listPaths(...paths: readonly string[]) {
  const files = new Map(paths.map((path) => [path, A]));
  server.list = (_request, response) => void response.end(JSON.stringify(listing(files)));
}

describe('listFiles', () => {
  it('gives sizes, the sha256 of large files and the blob id of the others', async () => {
    expect(await list()).toEqual([
      {
        path: 'config.json',
        size: 2,
        digest: { algorithm: 'git-sha1', hex: '9e26dfeeb6e641a33dae4961196235bdb965b21b' },
      },
      {
        path: 'onnx/x.onnx',
        size: 1,
        digest: {
          algorithm: 'sha256',
          hex: 'ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb',
        },
      },
    ]);
  });

  it('asks for the revision as one part of the path', async () => {
    await list('refs/pr/3');
    expect(server.asked[0]?.path).toBe('/api/models/owner/name/tree/refs/pr/3');
  });

  it('follows the pages of a long list', async () => {
    const pages = [{ one: A }, { two: A }, { three: A }].map((files) => new Map(Object.entries(files)));
    server.list = (request, response) => {
      const page = Number(new URL(request.url ?? '', server.url).searchParams.get('cursor') ?? 0);
      const next = `<${server.url}/api/models/owner/name/tree/main?recursive=true&cursor=${page + 1}>; rel="next"`;
      if (page < 2) response.setHeader('link', next);
      response.end(JSON.stringify(listing(pages[page] ?? new Map())));
    };
    expect((await list()).map(({ path }) => path)).toEqual(['one', 'two', 'three']);
  });

  it.each([
    ['a list without an end', '?cursor=again', 'pages'],
    ['a list that goes on elsewhere', 'https://elsewhere.example/', 'another server'],
  ])('refuses %s', async (_name, link, fault) => {
    server.list = (_request, response) => {
      response.setHeader('link', `<${link}>; rel="next"`).end('[]');
    };
    await expect(list()).rejects.toThrow(fault);
  });

  it.each([
    '../../.bashrc',
    'onnx/../../x',
    '/etc/passwd',
    'onnx//x',
    './x',
    '..\\x',
    'C:/x',
    'x:stream',
    'nul\0byte',
    'esc\u001b[2J',
    'right\u202eleft',
    '',
    'x'.repeat(300),
    Array.from({ length: 40 }, () => 'deep').join('/'),
  ])('refuses a list with the path %j', async (path) => {
    listPaths('config.json', path);
    await expect(list()).rejects.toThrow('not safe');
  });

  it('refuses a list that names a file twice', async () => {
    const twice = listing(new Map([['x', A]]));
    server.list = (_request, response) => void response.end(JSON.stringify([...twice, ...twice]));
    await expect(list()).rejects.toThrow('twice');
  });

  it('leaves out what is no file', async () => {
    server.list = (_request, response) => {
      const entry = { oid: 'a'.repeat(40), size: 1 };
      response.end(
        JSON.stringify([
          { ...entry, type: 'directory', path: 'onnx' },
          { ...entry, type: 'symlink', path: 'config.json' },
        ]),
      );
    };
    expect(await list()).toEqual([]);
  });

  it.each([
    '<html>',
    '{"error":"x"}',
    '[{"type":"file","path":"x"}]',
    '[{"type":"file","path":"x","size":-1}]',
  ])('refuses %s', async (body) => {
    server.list = (_request, response) => void response.end(body);
    await expect(list()).rejects.toMatchObject({ code: 'MODEL_DOWNLOAD_FAILED' });
  });

  it('is patient with a server in trouble', async () => {
    const proper = listing(server.files);
    const answers = [status(500), status(429)];
    server.list = (request, response, content) => {
      const misbehave = answers.shift();
      if (misbehave) return misbehave(request, response, content);
      response.end(JSON.stringify(proper));
    };
    expect(await list()).toHaveLength(2);
  });
});
