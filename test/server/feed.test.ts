import { describe, expect, it } from 'vitest';
import { BoothError } from '../../src/errors.js';
import type { Cue } from '../../src/media/cue.js';
import { CueHistory } from '../../src/server/history.js';
import { fc } from '../support/fc.js';
import { ABOUT, cueOf, greeted, statsOf, subscribed, testBooth, utteranceOf } from './harness.js';

describe('the feed', () => {
  it('greets with the protocol, what is on, and which cues it has', async () => {
    await using booth = await testBooth();
    booth.cues.next(cueOf(0));
    booth.cues.next(cueOf(1));
    using client = await greeted(booth);
    expect(await client.first('hello')).toMatchObject({
      protocol: 1,
      about: ABOUT,
      oldestSeq: 0,
      lastSeq: 1,
    });
  });

  it('sends each cue exactly as it is', async () => {
    await using booth = await testBooth();
    using client = await subscribed(booth);
    const cue = cueOf(0, { text: '进球了 <b>&', lang: 'zh', captureToCaptionMs: null, importance: 0.9 });
    booth.cues.next(cue);
    expect(await client.first('cue')).toEqual(cue);
  });

  it('tells nothing but hello before a client subscribes', async () => {
    await using booth = await testBooth();
    using client = await greeted(booth);
    booth.cues.next(cueOf(0));
    client.send({ type: 'subscribe' });
    booth.stats.next(statsOf());
    await client.first('subscribed');
    booth.cues.next(cueOf(1));
    expect((await client.cuesTo(1)).map((cue) => cue.seq)).toEqual([1]);
  });

  it('sends ticks without their pictures, figures, and where the voice is', async () => {
    await using booth = await testBooth();
    using client = await subscribed(booth);
    const tick = {
      seq: 7,
      start: 3,
      end: 3.25,
      frames: [3, 3.25],
      outcome: 'line',
      text: 'Red win it.',
      lookMs: 84,
      captureToCaptionMs: 120,
    } as const;
    booth.ticks.next({ ...tick, pictures: [] });
    booth.stats.next(statsOf({ cues: 1 }));
    booth.utterances.next(utteranceOf(cueOf(3)));
    expect(await client.first('tick')).toEqual({ channel: 'main', ...tick });
    expect(await client.first('stats')).toEqual({ channel: 'main', ...statsOf({ cues: 1 }) });
    expect(await client.first('voice')).toEqual({
      channel: 'main',
      id: 'main-3',
      seq: 3,
      url: '/voice/main-3.wav',
      duration: 1.5,
      voice: 'en-gb',
      captureToAudioMs: 540,
    });
  });

  it('sends only the topics that were asked for', async () => {
    await using booth = await testBooth();
    using client = await subscribed(booth, { topics: ['cue'], channels: ['main'] });
    booth.stats.next(statsOf());
    booth.cues.next(cueOf(0));
    await client.cuesTo(0);
    expect((await client.until(() => true)).map(({ type }) => type)).toEqual(['hello', 'subscribed', 'cue']);
  });

  it('tells the end and its last figures, also to those who come afterwards', async () => {
    await using booth = await testBooth();
    using early = await subscribed(booth);
    booth.stats.next(statsOf({ cues: 9 }));
    booth.cues.complete();
    const end = { reason: 'completed', code: null, stats: statsOf({ cues: 9 }) };
    expect(await early.first('end')).toEqual(end);
    booth.stats.next(statsOf({ cues: 10 }));
    using late = await subscribed(booth);
    expect(await late.first('end')).toEqual({ ...end, stats: statsOf({ cues: 10 }) });
  });

  it('names the code of the error that ended the run, and never its message', async () => {
    await using booth = await testBooth();
    using client = await subscribed(booth);
    booth.cues.error(new BoothError('SOURCE_STALLED', 'rtsp://user:secret@camera stalled'));
    expect(await client.first('end')).toEqual({ reason: 'failed', code: 'SOURCE_STALLED', stats: null });
  });

  it('goes on when a side input fails', async () => {
    await using booth = await testBooth();
    using client = await subscribed(booth);
    for (const input of [booth.stats, booth.ticks, booth.utterances, booth.previews])
      input.error(new Error('x'));
    booth.cues.next(cueOf(0));
    expect(await client.cuesTo(0)).toHaveLength(1);
  });
});

describe('replay', () => {
  it('gives back what was missed, each cue once and in order, however the link breaks', async () => {
    await using booth = await testBooth({ history: 1_000 });
    let next = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.array(
          fc.record({ before: fc.integer({ min: 0, max: 4 }), partials: fc.integer({ min: 0, max: 2 }) }),
          { minLength: 1, maxLength: 5 },
        ),
        async (outages) => {
          const first = next;
          const heard: number[] = [];
          let since = first - 1;
          for (const { before, partials } of outages) {
            // Said while nobody listens…
            for (let count = 0; count < before; count += 1) booth.cues.next(cueOf(next++));
            using client = await greeted(booth);
            client.send({ type: 'subscribe', since });
            // …and while the subscription is under way.
            const live = next++;
            for (let part = 0; part < partials; part += 1) {
              booth.cues.next(cueOf(live, { final: false, text: `part ${part}` }));
            }
            await client.first('subscribed');
            booth.cues.next(cueOf(live));
            const finals = (await client.cuesTo(live)).filter((cue) => cue.final);
            heard.push(...finals.map((cue) => cue.seq));
            since = heard.at(-1) ?? since;
          }
          expect(heard).toEqual(Array.from({ length: next - first }, (_, index) => first + index));
        },
      ),
      { numRuns: 25 },
    );
  });

  it('says how many cues are gone for good', async () => {
    await using booth = await testBooth({ history: 3 });
    for (let seq = 0; seq < 10; seq += 1) booth.cues.next(cueOf(seq));
    using client = await subscribed(booth, { since: 4 });
    expect(await client.first('subscribed')).toMatchObject({ replayed: 3, missed: 2 });
    expect((await client.cuesTo(9)).map((cue) => cue.seq)).toEqual([7, 8, 9]);
  });

  it('tells who comes back what became of cues that were final already', async () => {
    await using booth = await testBooth();
    for (const seq of [0, 1, 2]) booth.cues.next(cueOf(seq));
    booth.cues.next(cueOf(1, { end: 4.5 }));
    booth.cues.next(cueOf(2, { end: 8 }));
    booth.cues.next(cueOf(3, { text: 'Goal!' }));
    using client = await subscribed(booth, { since: 2 });
    expect(await client.first('subscribed')).toMatchObject({ replayed: 3, missed: 0 });
    const forms = (await client.cuesTo(3)).map(({ seq, start, end }) => [seq, end - start]);
    expect(forms).toEqual([
      [1, 0.5],
      [2, 0],
      [3, 3],
    ]);
    using later = await subscribed(booth, { since: 3 });
    expect(await later.first('subscribed')).toMatchObject({ replayed: 0 });
  });

  it('leaves whoever goes and comes back, whenever, with the newest form of every cue', () => {
    const step = fc.record({ partials: fc.nat(2), cut: fc.option(fc.nat(3)) });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 12 }), fc.nat(40), (steps, goesAfter) => {
        const history = new CueHistory(100);
        const forms = steps.flatMap(({ partials, cut }, seq) => [
          ...Array.from({ length: partials }, (_, part) =>
            cueOf(seq, { final: false, text: `part ${part}` }),
          ),
          cueOf(seq),
          ...(cut === null || cut > seq ? [] : [cueOf(seq - cut, { end: (seq - cut) * 4 + seq / 100 })]),
        ]);
        for (const form of forms) history.put(form);
        const heard = forms.slice(0, goesAfter);
        const since = Math.max(-1, ...heard.filter(({ final }) => final).map(({ seq }) => seq));
        const newest = (cues: readonly Cue[]) => new Map(cues.map((cue) => [cue.seq, cue]));
        expect(newest([...heard, ...history.after(since).cues])).toEqual(newest(forms));
      }),
    );
  });

  it('gives a growing cue in its newest form', async () => {
    await using booth = await testBooth();
    booth.cues.next(cueOf(0));
    booth.cues.next(cueOf(1, { final: false, text: 'Red' }));
    booth.cues.next(cueOf(1, { final: false, text: 'Red win' }));
    using client = await subscribed(booth, { since: 0 });
    expect(await client.first('cue')).toMatchObject({ seq: 1, final: false, text: 'Red win' });
  });

  it('does not let the newest cue go for one that was let go before and is cut', () => {
    const history = new CueHistory(1);
    for (const cue of [cueOf(0), cueOf(1), cueOf(0, { end: 2 })]) history.put(cue);
    expect(history.after(-1)).toEqual({ cues: [cueOf(1)], missed: 1 });
    expect(history.oldestSeq).toBe(1);
    expect(history.finals()).toEqual([cueOf(1)]);
  });

  it('keeps as many cues as it was told to, the newest, in order, whatever comes', () => {
    const step = fc.record({ isNew: fc.boolean(), back: fc.nat(5) });
    fc.assert(
      fc.property(fc.nat(6), fc.array(step), (limit, steps) => {
        const history = new CueHistory(limit);
        const seqs: number[] = [];
        for (const { isNew, back } of steps) {
          const older = seqs.at(-1 - back);
          if (isNew || older === undefined) {
            seqs.push((seqs.at(-1) ?? -1) + 1 + (back % 2));
            history.put(cueOf(seqs.at(-1)!));
          } else {
            history.put(cueOf(older, { end: older * 4 + 1 }));
          }
          const kept = history.after(-1).cues.map(({ seq }) => seq);
          expect(kept).toEqual(limit === 0 ? [] : seqs.slice(-limit));
        }
        expect(history.lastSeq).toBe(seqs.at(-1) ?? null);
      }),
    );
  });
});
