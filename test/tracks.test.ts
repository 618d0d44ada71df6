import { lastValueFrom, Subject, toArray } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { makeConfig } from '../src/config.js';
import { BoothError } from '../src/errors.js';
import type { Clip } from '../src/media/clip.js';
import type { Remark } from '../src/media/remark.js';
import type { Track } from '../src/track.js';
import { lookTogether, throwIfBlind, trackConfigs, trackTarget } from '../src/tracks.js';
import { Looks } from '../src/vlm/looks.js';
import { clipAt, line } from './commentator/support.js';

type LookingTrack = Pick<Track, 'lang' | 'look' | 'heard'>;

const clip: Clip = { ...clipAt(1), frames: [], change: 0, sceneCut: false };
const signal = new AbortController().signal;

function track(lang: string, look: () => AsyncIterable<Remark>): LookingTrack {
  return { lang, look, heard: new Subject() };
}

const speaking = (lang: string) =>
  track(lang, async function* () {
    yield line(1, `${lang} line`);
  });

const failing = (lang: string, error: Error) =>
  // biome-ignore lint/correctness/useYield: it fails before it has anything to say
  track(lang, async function* () {
    throw error;
  });

function together(...tracks: readonly LookingTrack[]) {
  const warnings: string[] = [];
  const looked: number[] = [];
  const look = lookTogether(tracks as readonly Track[], {
    onLook: ({ seq }) => looked.push(seq),
    onWarning: ({ message }) => warnings.push(message),
  });
  const said = async () =>
    (await lastValueFrom(look(clip, signal).pipe(toArray()))).map(({ track }) => track.lang);
  return { said, warnings, looked };
}

describe('lookTogether', () => {
  it('lets every track answer to one clip', async () => {
    const { said, looked } = together(speaking('en'), speaking('zh'));
    expect(await said()).toEqual(['en', 'zh']);
    expect(looked).toEqual([clip.seq]);
  });

  it('goes on without a track that failed for good, and ends that one', async () => {
    const lost = failing('zh', new BoothError('MODEL_INVALID', 'the graph is gone'));
    let ended = false;
    lost.heard.subscribe({ complete: () => (ended = true) });
    const { said, warnings } = together(speaking('en'), lost);
    expect(await said()).toEqual(['en']);
    expect(await said()).toEqual(['en']);
    expect(ended).toBe(true);
    expect(warnings).toEqual([expect.stringMatching(/"zh" has ended.*the graph is gone/)]);
  });

  it.each([
    ['the last track fails', [failing('en', new BoothError('MODEL_INVALID', 'gone'))], 'gone'],
    [
      'the configuration is at fault',
      [speaking('en'), failing('fr', new BoothError('CONFIG_INVALID', 'no French'))],
      'no French',
    ],
    ['Booth itself is at fault', [speaking('en'), failing('zh', new TypeError('a bug'))], 'a bug'],
  ])('ends where %s', async (_, tracks, message) => {
    await expect(together(...tracks).said()).rejects.toThrow(message);
  });
});

describe('trackConfigs', () => {
  it('keeps the channel of one language, and names those of several', () => {
    const config = makeConfig({ commentator: { channel: 'arena' } });
    const channels = (...langs: string[]) =>
      trackConfigs(config, langs).map(({ commentator }) => commentator.channel);
    expect(channels('zh')).toEqual(['arena']);
    expect(channels('en', 'zh', 'en')).toEqual(['en', 'zh']);
    expect(channels('en', 'zh-CN')).toEqual(['en', 'zh-cn']);
    expect(() => channels('en', '../zh')).toThrow('a language tag');
  });

  it('gives each of several its own files', () => {
    const target = { dir: 'out', base: 'match', formats: ['vtt'] as const };
    const config = makeConfig({ commentator: { channel: 'zh' } });
    expect(trackTarget(target, config, true).base).toBe('match.zh');
    expect(trackTarget(target, config, false).base).toBe('match');
  });
});

const WORK = { visionMs: 40, prefillMs: 30, decodeMs: 0, tokens: 0, context: 90 };

describe('throwIfBlind', () => {
  const blind = (message: string) => {
    const looks = new Looks();
    looks.failed(new BoothError('WORKER_DIED', message));
    return { looks };
  };
  const seeing = () => {
    const looks = new Looks();
    looks.ended(WORK);
    return { looks };
  };

  it('raises when no track has seen anything', () => {
    expect(() => throwIfBlind([blind('first'), blind('second')])).toThrow(/first/);
  });

  it('lets a run pass in which one has, and one that never looked', () => {
    throwIfBlind([blind('first'), seeing()]);
    throwIfBlind([seeing(), blind('second')]);
    throwIfBlind([{ looks: new Looks() }]);
  });
});
