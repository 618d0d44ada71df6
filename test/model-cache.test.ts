import { homedir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { cachedFolder, modelCache, parseRepository } from '../src/model-cache.js';

describe('the cache of models', () => {
  it.each<[NodeJS.Platform, NodeJS.ProcessEnv, string]>([
    ['linux', {}, join(homedir(), '.cache/booth/models')],
    ['linux', { XDG_CACHE_HOME: '/x' }, '/x/booth/models'],
    ['linux', { XDG_CACHE_HOME: 'relative' }, join(homedir(), '.cache/booth/models')],
    ['darwin', { XDG_CACHE_HOME: '/x' }, join(homedir(), 'Library/Caches/booth/models')],
    ['win32', { LOCALAPPDATA: '/local' }, '/local/booth/cache/models'],
    ['darwin', { BOOTH_CACHE: '/mine' }, '/mine/models'],
    ['win32', { BOOTH_CACHE: '/mine' }, '/mine/models'],
  ])('is on %s, with %j, %s', (platform, environment, expected) => {
    expect(modelCache(environment, platform)).toBe(expected);
  });

  it('has a folder for each model', () => {
    expect(cachedFolder('/c', { owner: 'o', name: 'n' })).toBe('/c/o/n');
  });

  it.each(['HuggingFaceTB/SmolVLM-256M-Instruct', 'onnx-community/FastVLM-0.5B-ONNX', 'a/b', 'A_1/b.c-d'])(
    'takes %s for a name of the hub',
    (name) => {
      const [owner, rest] = name.split('/');
      expect(parseRepository(name)).toEqual({ owner, name: rest });
    },
  );

  it.each([
    'kickabout',
    './model',
    '../model',
    'a/..',
    '../..',
    'a/.hidden',
    'a/b/c',
    '/etc/passwd',
    'a/b..c',
    'a/-b',
    'a/b ',
    'a\\b/c',
    'a/b\0',
    'C:/x',
    '',
    '/',
    `a/${'x'.repeat(97)}`,
  ])('takes %j for none', (name) => {
    expect(parseRepository(name)).toBeNull();
  });
});
