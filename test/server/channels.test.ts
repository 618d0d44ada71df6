import { Subject } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { readJsonl } from '../../src/captions/jsonl.js';
import type { Cue } from '../../src/media/cue.js';
import type { RunStats } from '../../src/media/stats.js';
import { cueOf, greeted, statsOf, subscribed, testBooth, utteranceOf } from './harness.js';

const zhCue = (seq: number): Cue =>
  cueOf(seq, { id: `zh-${seq}`, channel: 'zh', lang: 'zh', text: `第${seq}句。` });

/** A booth that speaks English on `en` and Chinese on `zh`. */
async function bilingual() {
  const cues = new Subject<Cue>();
  const stats = new Subject<RunStats>();
  const chinese = { channel: 'zh', lang: 'zh', persona: 'play-by-play', voice: null, cues, stats };
  const booth = await testBooth({}, { channel: 'en' }, [chinese]);
  const enCue = (seq: number) => cueOf(seq, { id: `en-${seq}`, channel: 'en' });
  return { booth, zh: { cues, stats }, enCue };
}

describe('channels', () => {
  it('are told of in hello, each with its language, voice and place', async () => {
    const { booth, zh } = await bilingual();
    await using _ = booth;
    zh.cues.next(zhCue(0));
    using client = await greeted(booth);
    const hello = await client.first('hello');
    expect(hello.about).toMatchObject({ channel: 'en', lang: 'en', title: 'Red v Blue' });
    expect(hello.channels).toMatchObject([
      { channel: 'en', lang: 'en', voice: 'en-gb', lastSeq: null },
      { channel: 'zh', lang: 'zh', voice: null, lastSeq: 0 },
    ]);
  });

  it('reach those who asked for them, the first those who asked for none', async () => {
    const { booth, zh, enCue } = await bilingual();
    await using _ = booth;
    using one = await subscribed(booth);
    using other = await subscribed(booth, { channels: ['zh'] });
    using both = await subscribed(booth, { channels: ['en', 'zh'] });
    booth.cues.next(enCue(0));
    zh.cues.next(zhCue(0));
    booth.cues.next(enCue(1));
    zh.cues.next(zhCue(1));
    const idsOf = (cues: readonly Cue[]) => cues.map(({ id }) => id);
    expect(idsOf(await one.cuesTo(1))).toEqual(['en-0', 'en-1']);
    expect(idsOf(await other.cuesTo(1))).toEqual(['zh-0', 'zh-1']);
    const messages = await both.until((all) =>
      all.some(({ payload }) => 'id' in payload && payload.id === 'zh-1'),
    );
    const ids = messages.flatMap((message) => (message.type === 'cue' ? [message.payload.id] : []));
    expect(ids).toEqual(['en-0', 'zh-0', 'en-1', 'zh-1']);
  });

  it('can be changed by subscribing again, with what was said on the other', async () => {
    const { booth, zh, enCue } = await bilingual();
    await using _ = booth;
    using client = await subscribed(booth);
    booth.cues.next(enCue(0));
    zh.cues.next(zhCue(0));
    await client.cuesTo(0);
    client.send({ type: 'subscribe', channels: ['zh'], since: -1 });
    const messages = await client.until((all) =>
      all.some(({ payload }) => 'id' in payload && payload.id === 'zh-0'),
    );
    expect(messages.at(-2)).toMatchObject({ type: 'subscribed', payload: { channels: ['zh'], replayed: 1 } });
    booth.cues.next(enCue(1));
    zh.stats.next(statsOf({ cues: 7 }));
    expect(await client.first('stats')).toMatchObject({ channel: 'zh', cues: 7 });
    expect((await client.until(() => true)).filter(({ type }) => type === 'cue')).toHaveLength(2);
  });

  it('keep the run going until the last of them has ended', async () => {
    const { booth, zh } = await bilingual();
    await using _ = booth;
    using client = await subscribed(booth, { channels: ['zh'] });
    booth.cues.complete();
    zh.cues.next(zhCue(0));
    await client.cuesTo(0);
    expect((await client.until(() => true)).some(({ type }) => type === 'end')).toBe(false);
    zh.cues.complete();
    expect(await client.first('end')).toMatchObject({ reason: 'completed' });
  });

  it('have caption files and voices of their own', async () => {
    const { booth, zh, enCue } = await bilingual();
    await using _ = booth;
    booth.cues.next(enCue(0));
    zh.cues.next(zhCue(0));
    booth.utterances.next(utteranceOf(enCue(0)));
    const get = (path: string) => fetch(`${booth.server.url}${path}`);
    const cuesIn = async (path: string) => readJsonl(await (await get(path)).text());
    expect(await cuesIn('/cues.jsonl')).toEqual([enCue(0)]);
    expect(await cuesIn('/cues.jsonl?channel=zh')).toEqual([zhCue(0)]);
    expect((await get('/captions.vtt?channel=fr')).status).toBe(404);
    expect((await get('/captions.vtt?channel=zh&channel=en')).status).toBe(404);
    expect((await get('/voice/en-0.wav')).status).toBe(200);
  });
});
