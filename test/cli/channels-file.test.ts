import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readChannels } from '../../src/cli/channels-file.js';
import { makeConfig } from '../../src/config.js';

const config = makeConfig({});
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'booth-channels-'));
});
afterAll(() => rm(folder, { recursive: true }));

async function file(text: string): Promise<string> {
  const path = join(folder, 'channels.yaml');
  await writeFile(path, text);
  return path;
}

describe('a file of channels', () => {
  it('gives each channel its name, its languages, and its settings', async () => {
    const path = await file(`
channels:
  north: { input: north.mp4 }
  south: { input: 'rtsp://camera/south', lang: zh, settings: { commentator: { minConfidence: 0.5 } } }
  both: { input: both.mp4, lang: [en, zh] }
`);
    const [north, south, both] = readChannels(path, config);
    expect(north).toMatchObject({ name: 'north', input: 'north.mp4' });
    expect(north?.config.commentator).toMatchObject({ channel: 'north', lang: 'en' });
    expect(south?.config.commentator).toMatchObject({ channel: 'south', minConfidence: 0.5 });
    expect([north, south, both].map((plan) => plan?.langs)).toEqual([['en'], ['zh'], ['en', 'zh']]);
  });

  it('names the channel, whatever its settings call it', async () => {
    const path = await file(
      'channels: { north: { input: a, settings: { commentator: { channel: south } } } }',
    );
    expect(readChannels(path, config)[0]?.config.commentator.channel).toBe('north');
  });

  it('gives the languages of the flag to the channels that have none of their own', async () => {
    const path = await file(`
channels:
  north: { input: north.mp4 }
  south: { input: south.mp4, lang: zh }
  west: { input: west.mp4, settings: { commentator: { lang: fr } } }
`);
    const langs = readChannels(path, config, ['en', 'zh']).map((plan) => plan.langs);
    expect(langs).toEqual([['en', 'zh'], ['zh'], ['fr']]);
  });

  it.each([
    ['is no YAML', 'channels:\n  north: {', /cannot be used: line 2: /],
    ['has no channels', 'channels: {}', /name at least one/],
    [
      'has a name that no path may have',
      'channels: { "../etc": { input: a.mp4 } }',
      /line 1: channels\.\.\.\/etc: .* a–z, 0–9 and - only/,
    ],
    ['forgets an input', 'channels:\n  north: { lang: en }', /line 2: channels\.north\.input/],
    ['has a word that is not known', 'channels: { north: { input: a, langs: en } }', /langs/],
    [
      'has a setting that is not known',
      'channels: { north: { input: a, settings: { commentator: { size: 3 } } } }',
      /size/,
    ],
    [
      'gives one channel a model',
      'channels: { north: { input: a, settings: { vlm: {} } } }',
      /vlm is one for all channels/,
    ],
    [
      'gives one channel an endpoint',
      'channels: { north: { input: a, settings: { endpoint: {} } } }',
      /endpoint is one for all channels/,
    ],
    [
      'gives one channel a port',
      'channels: { north: { input: a, settings: { server: { port: 1 } } } }',
      /server is one for all channels/,
    ],
  ])('is refused when it %s', async (_, text, message) => {
    const path = await file(text);
    expect(() => readChannels(path, config)).toThrow(
      expect.objectContaining({ code: 'CONFIG_INVALID', message: expect.stringMatching(message) }),
    );
  });

  it('is refused when it is not there', () => {
    expect(() => readChannels(join(folder, 'nowhere.yaml'), config)).toThrow(
      expect.objectContaining({ code: 'CONFIG_INVALID' }),
    );
  });
});
