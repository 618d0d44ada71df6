import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { fromEnvironment, readConfig, variableName } from '../src/cli/config-input.js';
import { DEFAULTS, makeConfig } from '../src/config.js';

describe('makeConfig', () => {
  it('is the defaults when nothing is given', () => {
    expect(makeConfig()).toEqual(DEFAULTS);
  });

  it('lets later inputs win and ignores what is undefined', () => {
    const config = makeConfig({ server: { port: 1, host: 'a' } }, { server: { port: 2, host: undefined } });
    expect(config.server).toMatchObject({ port: 2, host: 'a' });
  });

  it.each([
    [{ server: { port: 70_000 } }, /server\.port: .*65535 \(got 70000\)/],
    [{ server: { host: 3 } }, /server\.host: .*string.* \(got 3\)/],
    [{ server: { prot: 1 } }, /server: .*"prot" \(docs\/configuration\.md has the settings\)/],
    [{ sever: {} }, /"sever"/],
    [{ server: { pingMs: 0 } }, /server\.pingMs: .*100 \(got 0\)/],
    [{ vlm: { timeoutMs: 0 } }, /vlm\.timeoutMs: .*1 \(got 0\)/],
    [{ commentator: { lang: 'xx-nope-1' } }, /commentator\.lang: .* en or zh \(got 'xx-nope-1'\)/],
    [{ commentator: { lang: '../../etc' } }, /commentator\.lang: .* en or zh \(got '\.\.\/\.\.\/etc'\)/],
    ['text', /config: .* \(got 'text'\)/],
  ])('refuses %j: names the setting, what it may be and what was given', (input, message) => {
    expect(() => makeConfig(input)).toThrow(
      expect.objectContaining({ code: 'CONFIG_INVALID', message: expect.stringMatching(message) }),
    );
  });

  it('is frozen all the way down', () => {
    const config = makeConfig();
    expect(Object.isFrozen(config.server)).toBe(true);
    expect(Object.isFrozen(config.captions.formats)).toBe(true);
  });
});

describe('the environment', () => {
  it('is below the flags and above the file', () => {
    const environment = {
      BOOTH_SERVER_PORT: '9000',
      BOOTH_CAPTIONS_FORMATS: 'vtt, srt',
      BOOTH_SERVER_HOST: '::1',
    };
    const config = readConfig({ server: { host: '127.0.0.2' } }, undefined, environment);
    expect(config.server).toMatchObject({ port: 9000, host: '127.0.0.2' });
    expect(config.captions.formats).toEqual(['vtt', 'srt']);
  });

  it('takes a list without text for one without entries', () => {
    const environment = { BOOTH_SERVER_NAMES: '', BOOTH_DECODING_STOP: ' ', BOOTH_CAPTIONS_FORMATS: '' };
    const { server, decoding, captions } = readConfig({}, undefined, environment);
    expect([server.names, decoding.stop, captions.formats]).toEqual([[], [], []]);
    const voiceless = () => readConfig({}, undefined, { BOOTH_SPEECH_ENDPOINT_VOICES: '' });
    expect(voiceless).toThrow(/speech\.endpointVoices: .*1.* \(got \[\]\)/);
  });

  it('refuses a variable that looks like a setting and is none, and no other', () => {
    expect(() => fromEnvironment({ BOOTH_SERVER_PROT: '9000' })).toThrow(
      expect.objectContaining({
        code: 'CONFIG_INVALID',
        message: expect.stringContaining('BOOTH_SERVER_PROT'),
      }),
    );
    // What Kubernetes sets for a service called booth.
    const others = {
      BOOTH_CACHE: '/cache',
      BOOTH_SERVICE_HOST: '10.0.0.1',
      BOOTH_PORT: 'tcp://10.0.0.1:8790',
    };
    expect(fromEnvironment(others)).toEqual({});
  });

  it.each([
    ['', "''"],
    ['abc', "'abc'"],
    ['1e99', '1e+99'],
  ])('refuses the number %j as it was written', (text, got) => {
    const reading = () => makeConfig(fromEnvironment({ BOOTH_SERVER_PORT: text }));
    expect(reading).toThrow(/server\.port: /);
    expect(reading).toThrow(`(got ${got})`);
  });
});

describe('docs/configuration.md', () => {
  it('names every setting with its default, and no other', () => {
    const text = readFileSync(new URL('../docs/configuration.md', import.meta.url), 'utf8');
    const documented = [...text.matchAll(/^\| `(\w+\.\w+)` \| `([^`]*)` \|/gm)].map(
      (row) => `${row[1]}=${row[2]}`,
    );
    const actual = Object.entries(DEFAULTS).flatMap(([section, values]) =>
      Object.entries(values).map(([key, value]) => `${section}.${key}=${value}`),
    );
    expect(documented.sort()).toEqual(actual.sort());
  });

  it('spells the variables as the code does', () => {
    expect(variableName('source', 'stallTimeoutMs')).toBe('BOOTH_SOURCE_STALL_TIMEOUT_MS');
  });
});
