import { concat, NEVER, type Observable, of, Subject, throwError } from 'rxjs';
import { TestScheduler } from 'rxjs/testing';
import { describe, expect, it } from 'vitest';
import type { Cue } from '../../src/media/cue.js';
import { dropCounter } from '../../src/media/drops.js';
import { SMALL_TALK } from '../../src/media/precedence.js';
import type { Utterance } from '../../src/media/utterance.js';
import type { VoiceTurn } from '../../src/media/voice-turn.js';
import { MAX_WAITING } from '../../src/speech/queue.js';
import type { Tts } from '../../src/speech/tts.js';
import { utter, utterances } from '../../src/speech/utter.js';
import { cue, StreamingTts, secondLongTts, settled, ToneTts, tone, voiceOf } from './fakes.js';

/** A live run on virtual time; every line takes a second to hear. */
function liveRun(tts: Tts = secondLongTts(), budget = 2.5) {
  const scheduler = new TestScheduler(() => {});
  const drops = dropCounter();
  const warnings: string[] = [];
  const turns: VoiceTurn[] = [];
  const cues = new Subject<Cue>();
  const heard: { at: number; text: string; toAudioMs: number | null }[] = [];
  const spoken: [text: string, seconds: number][] = [];
  let end = '';
  const subscription = cues
    .pipe(
      utter(tts, {
        clock: { now: () => scheduler.now() },
        onDrop: drops.onDrop,
        onWarning: (error) => warnings.push(error.code),
        live: true,
        budget,
        interruptAt: 0.8,
        onTurn: (turn) => turns.push(turn),
        onSpoken: ({ text }, seconds) => spoken.push([text, seconds]),
        scheduler,
      }),
    )
    .subscribe({
      next: (utterance) =>
        heard.push({ at: scheduler.now(), text: utterance.cue.text, toAudioMs: utterance.captureToAudioMs }),
      complete: () => {
        end = 'complete';
      },
      error: (error: Error) => {
        end = error.message;
      },
    });
  return {
    cues,
    heard,
    spoken,
    turns,
    warnings,
    subscription,
    drops: () => drops.counts(),
    end: () => end,
    /** Moves virtual time and lets what is ready settle. */
    async until(milliseconds: number) {
      await settled();
      while (scheduler.frame < milliseconds) {
        const next = scheduler.actions.map((action) => action.delay).sort((a, b) => a - b)[0] ?? Infinity;
        scheduler.maxFrames = Math.min(next, milliseconds);
        scheduler.flush();
        scheduler.frame = scheduler.maxFrames;
        await settled();
      }
    },
  };
}
const texts = (run: { heard: readonly { text: string }[] }) => run.heard.map(({ text }) => text);

describe('utter, live', () => {
  it('speaks a line at once and the next when it is over', async () => {
    const run = liveRun();
    run.cues.next(cue(0));
    run.cues.next(cue(1));
    await run.until(5_000);
    expect(run.heard).toEqual([
      { at: 0, text: 'line 0', toAudioMs: 100 },
      { at: 1_000, text: 'line 1', toAudioMs: 1_100 },
    ]);
  });

  it('prepares the next line while the current one is heard', async () => {
    const tts = secondLongTts();
    const run = liveRun(tts);
    run.cues.next(cue(0));
    run.cues.next(cue(1));
    await run.until(10);
    expect(tts.asked).toEqual(['line 0', 'line 1']);
    expect(texts(run)).toEqual(['line 0']);
  });

  it('drops lines that waited too long, and counts them', async () => {
    const run = liveRun(secondLongTts(), 1.5);
    for (let seq = 0; seq < 4; seq += 1) run.cues.next(cue(seq));
    await run.until(9_000);
    expect(texts(run)).toEqual(['line 0', 'line 1']);
    expect(run.drops().stale).toBe(2);
  });

  it('lets a big moment cut an ordinary line and go before those that wait', async () => {
    const run = liveRun();
    run.cues.next(cue(0));
    run.cues.next(cue(1));
    await run.until(300);
    run.cues.next(cue(2, { text: 'Goal!', importance: 0.9 }));
    await run.until(5_000);
    expect(run.heard.map(({ at, text }) => [at, text])).toEqual([
      [0, 'line 0'],
      [300, 'Goal!'],
      [1_300, 'line 1'],
    ]);
  });

  it('drops what could not be heard within its budget, however long the model took before', async () => {
    for (const captureToCaptionMs of [100, 30_000]) {
      const run = liveRun(secondLongTts(), 1.2);
      for (const seq of [0, 1, 2]) run.cues.next(cue(seq, { captureToCaptionMs }));
      await run.until(5_000);
      expect(texts(run)).toEqual(['line 0', 'line 1']);
      expect(run.drops().stale).toBe(1);
    }
  });

  it('ends small talk for a line that names a moment once it is no stutter, and not for more small talk', async () => {
    const run = liveRun();
    run.cues.next(cue(0, { importance: SMALL_TALK }));
    await run.until(200);
    run.cues.next(cue(1, { importance: SMALL_TALK }));
    await run.until(500);
    run.cues.next(cue(2, { importance: 0.5 }));
    await run.until(5_000);
    expect(run.heard.map(({ at, text }) => [at, text])).toEqual([
      [0, 'line 0'],
      [600, 'line 2'],
      [1_600, 'line 1'],
    ]);
    expect(run.turns.filter(({ kind }) => kind === 'cut')).toHaveLength(1);
  });

  it.each([
    { named: 'a moment later on', importance: 0.5, at: 700, budget: 1.2, cutAt: 700 },
    { named: 'a big moment', importance: 0.8, at: 100, budget: 1.2, cutAt: 100 },
    { named: 'a moment that would be late', importance: 0.5, at: 100, budget: 0.4, cutAt: 100 },
  ])('ends small talk at once for $named', async ({ importance, at, budget, cutAt }) => {
    const run = liveRun(secondLongTts(), budget);
    run.cues.next(cue(0, { importance: SMALL_TALK }));
    await run.until(at);
    run.cues.next(cue(1, { importance }));
    await run.until(5_000);
    expect(run.heard.map((line) => line.at)).toEqual([0, cutAt]);
    expect(run.drops().stale).toBe(0);
  });

  it('ends a line that has told its gist for one as big that could not wait for its end', async () => {
    const run = liveRun(voiceOf(3), 1.2);
    run.cues.next(cue(0, { importance: 0.5 }));
    await run.until(400);
    run.cues.next(cue(1, { importance: 0.6 }));
    await run.until(2_000);
    run.cues.next(cue(2, { importance: 0.3 }));
    await run.until(9_000);
    expect(run.heard.map(({ at, text }) => [at, text])).toEqual([
      [0, 'line 0'],
      [1_000, 'line 1'],
    ]);
    expect(run.turns).toEqual([
      { kind: 'begun', toSpareMs: 1_200 },
      { kind: 'cut' },
      { kind: 'begun', toSpareMs: 600 },
      { kind: 'late' },
    ]);
  });

  it('lets a line be heard out that ends in time, and one that is too big to be cut', async () => {
    const short = liveRun(voiceOf(1.2), 1.2);
    short.cues.next(cue(0, { importance: 0.5 }));
    await short.until(300);
    short.cues.next(cue(1, { importance: 0.6 }));
    await short.until(5_000);
    expect(short.heard.map(({ at }) => at)).toEqual([0, 1_200]);

    const goal = liveRun(voiceOf(3), 1.2);
    goal.cues.next(cue(0, { importance: 1 }));
    await goal.until(1_500);
    goal.cues.next(cue(1, { importance: 1 }));
    await goal.until(9_000);
    expect(goal.heard.map(({ at }) => at)).toEqual([0]);
    expect(goal.drops().stale).toBe(1);
  });

  it('lets a big moment be heard out before another as big, and ends it for a bigger one', async () => {
    const run = liveRun();
    run.cues.next(cue(0, { importance: 0.9 }));
    await run.until(200);
    run.cues.next(cue(1, { importance: 0.9 }));
    await run.until(1_300);
    run.cues.next(cue(2, { importance: 1 }));
    await run.until(3_000);
    expect(run.heard.map(({ at }) => at)).toEqual([0, 1_000, 1_300]);
  });

  it('speaks each id once, and lets a line go that was cut on screen before it was heard', async () => {
    const run = liveRun();
    run.cues.next(cue(0));
    run.cues.next(cue(1));
    await run.until(100);
    run.cues.next(cue(0, { end: 0.5 }));
    run.cues.next(cue(1, { end: 3.1 }));
    await run.until(5_000);
    expect(texts(run)).toEqual(['line 0']);
    expect(run.drops()).toMatchObject({ crowded: 0, stale: 0 });
  });

  it('lets a withdrawn line go, whether it knew it or not', async () => {
    const run = liveRun();
    run.cues.next(cue(0));
    run.cues.next(cue(1));
    await run.until(100);
    run.cues.next(cue(1, { end: 3 }));
    run.cues.next(cue(2, { end: 6 }));
    await run.until(5_000);
    expect(texts(run)).toEqual(['line 0']);
  });

  it('does not speak partial cues', async () => {
    const run = liveRun();
    run.cues.next(cue(0, { final: false, text: 'lin' }));
    run.cues.next(cue(0));
    await run.until(3_000);
    expect(texts(run)).toEqual(['line 0']);
  });

  it('holds a bounded number of lines: the oldest ordinary one gives way', async () => {
    const run = liveRun(secondLongTts(), 100);
    run.cues.next(cue(0));
    await run.until(10);
    for (let seq = 1; seq <= MAX_WAITING + 2; seq += 1) run.cues.next(cue(seq));
    await run.until(20_000);
    expect(texts(run)).toEqual(['line 0', 'line 3', 'line 4', 'line 5', 'line 6']);
    expect(run.drops().crowded).toBe(2);
  });

  it('counts the lines that the engine cannot say, warns once, and goes on', async () => {
    const tts = new ToneTts();
    for (let seq = 0; seq < 5; seq += 1) tts.broken.add(`line ${seq}`);
    const run = liveRun(tts, 100);
    for (let seq = 0; seq < 6; seq += 1) {
      run.cues.next(cue(seq));
      await run.until((seq + 1) * 2_000);
    }
    expect(texts(run)).toEqual(['line 5']);
    expect(run.drops().speech).toBe(5);
    expect(run.warnings).toEqual(['SPEECH_FAILED']);
  });

  it('says what to do where the engine is too slow for the budget', async () => {
    const pending: (() => void)[] = [];
    const tts: Tts = {
      ...secondLongTts(),
      synthesise: () =>
        new Promise((resolve) => {
          pending.push(() => resolve({ wav: tone(1), sampleRateHz: 16_000, duration: 1 }));
        }),
    };
    const run = liveRun(tts, 1.2);
    for (const [seq, took] of [1_500, 1_500, 300].entries()) {
      const from = seq * 5_000;
      await run.until(from);
      run.cues.next(cue(seq));
      await run.until(from + took);
      pending.shift()?.();
      await run.until(from + took + 10);
    }
    expect(texts(run)).toEqual(['line 2']);
    expect(run.drops()).toMatchObject({ speech: 2, stale: 0 });
    expect(run.turns.map(({ kind }) => kind)).toEqual(['late', 'late', 'begun']);
    expect(run.warnings).toEqual(['SPEECH_FAILED']);
  });

  it('says so too where lines come faster than the engine’s sound', async () => {
    const tts: Tts = { ...secondLongTts(), synthesise: () => new Promise(() => {}) };
    const run = liveRun(tts, 1.2);
    for (let seq = 0; seq < 4; seq += 1) {
      run.cues.next(cue(seq));
      await run.until((seq + 1) * 2_000);
    }
    expect(run.heard).toEqual([]);
    expect(run.turns.map(({ kind }) => kind)).toEqual(['late', 'late', 'late', 'late']);
    expect(run.warnings).toEqual(['SPEECH_FAILED']);
  });

  it('takes the engine from an ordinary line for a big moment, and makes the ordinary one after it', async () => {
    const aborted: string[] = [];
    const pending = new Map<string, () => void>();
    const tts: Tts = {
      ...secondLongTts(),
      synthesise: (text, _lang, signal) =>
        new Promise((resolve, reject) => {
          pending.set(text, () => resolve({ wav: tone(1), sampleRateHz: 16_000, duration: 1 }));
          signal?.addEventListener('abort', () => {
            aborted.push(text);
            reject(signal.reason);
          });
        }),
    };
    const run = liveRun(tts);
    run.cues.next(cue(0));
    run.cues.next(cue(1, { text: 'Goal!', importance: 1 }));
    expect(aborted).toEqual(['line 0']);
    pending.get('Goal!')?.();
    await run.until(10);
    pending.get('line 0')?.();
    await run.until(2_000);
    expect(texts(run)).toEqual(['Goal!', 'line 0']);
    expect(run.drops()).toMatchObject({ speech: 0, crowded: 0, stale: 0 });
  });

  it('completes when its source has and the last line was heard', async () => {
    const run = liveRun();
    run.cues.next(cue(0));
    run.cues.complete();
    await run.until(900);
    expect(run.end()).toBe('');
    await run.until(1_100);
    expect(run.end()).toBe('complete');
  });

  it('completes at once when there was nothing to say', async () => {
    const run = liveRun();
    run.cues.complete();
    expect(run.end()).toBe('complete');
  });

  it('passes on the error of its source', () => {
    const run = liveRun();
    run.cues.error(new Error('the feed broke'));
    expect(run.end()).toBe('the feed broke');
  });

  it('stops when it is unsubscribed: no further line, no timer, no engine at work', async () => {
    const signals: (AbortSignal | undefined)[] = [];
    const tts: Tts = {
      ...secondLongTts(),
      synthesise: (_text, _lang, signal) => {
        signals.push(signal);
        return new Promise(() => {});
      },
    };
    const run = liveRun(tts);
    run.cues.next(cue(0));
    run.subscription.unsubscribe();
    await run.until(5_000);
    expect(run.heard).toEqual([]);
    expect(signals.map((signal) => signal?.aborted)).toEqual([true]);
    expect(run.cues.observed).toBe(false);
  });
});

describe('utter, live, with an engine that streams', () => {
  it('speaks a line from its first sound on, and the next when all of it has been heard', async () => {
    const tts = new StreamingTts();
    const run = liveRun(tts);
    run.cues.next(cue(0));
    run.cues.next(cue(1, { importance: SMALL_TALK }));
    await run.until(300);
    expect(texts(run)).toEqual([]);
    tts.line('line 0').push(0.5);
    await run.until(400);
    expect(run.heard).toMatchObject([{ at: 300, text: 'line 0', toAudioMs: 400 }]);
    tts.line('line 1').push(1);
    await run.until(1_500);
    tts.line('line 0').push(1.5);
    tts.line('line 0').end();
    await run.until(2_200);
    expect(texts(run)).toEqual(['line 0']);
    await run.until(2_400);
    expect(run.heard).toMatchObject([{ at: 300 }, { at: 2_300, text: 'line 1' }]);
    expect(run.spoken).toEqual([['line 0', 2]]);
  });

  it('ends the request of a line that is cut, and all requests when it is unsubscribed', async () => {
    const tts = new StreamingTts();
    const run = liveRun(tts);
    run.cues.next(cue(0));
    await run.until(100);
    tts.line('line 0').push(0.5);
    await run.until(200);
    run.cues.next(cue(1, { text: 'Goal!', importance: 1 }));
    await run.until(300);
    tts.line('Goal!').push(0.5);
    await run.until(400);
    expect(run.heard.map(({ at, text }) => [at, text])).toEqual([
      [100, 'line 0'],
      [300, 'Goal!'],
    ]);
    expect(tts.line('line 0').signal.aborted).toBe(true);
    run.cues.next(cue(2));
    await run.until(500);
    tts.line('line 2').push(0.5);
    await run.until(600);
    expect(tts.line('Goal!').signal.aborted).toBe(false);
    run.subscription.unsubscribe();
    await run.until(5_000);
    expect(tts.line('Goal!').signal.aborted).toBe(true);
    expect(tts.line('line 2').signal.aborted).toBe(true);
    expect(run.drops().speech).toBe(0);
    expect(run.heard).toHaveLength(2);
  });

  it('lets a line end where its sound breaks off, counts it, and goes on', async () => {
    const tts = new StreamingTts();
    const run = liveRun(tts);
    for (const seq of [0, 1, 2]) run.cues.next(cue(seq));
    await run.until(10);
    tts.line('line 0').push(1);
    await run.until(20);
    tts.line('line 1').push(0.5);
    await run.until(30);
    // One that was heard, and one that waits.
    tts.line('line 0').fail(new Error('the line went dead'));
    tts.line('line 1').fail(new Error('the line went dead'));
    await run.until(40);
    tts.line('line 2').push(1);
    tts.line('line 2').end();
    await run.until(9_000);
    expect(run.heard.map(({ at, text }) => [at, text])).toEqual([
      [10, 'line 0'],
      [1_010, 'line 2'],
    ]);
    expect(run.drops().speech).toBe(2);
    expect(run.warnings).toEqual(['SPEECH_FAILED']);
  });

  it('counts a line without a sound, and one whose first sound comes too late, whose request it ends', async () => {
    const tts = new StreamingTts();
    const run = liveRun(tts, 1.2);
    run.cues.next(cue(0));
    await run.until(10);
    tts.line('line 0').end();
    await run.until(20);
    run.cues.next(cue(1));
    await run.until(1_220);
    expect(tts.line('line 1').signal.aborted).toBe(false);
    await run.until(1_221);
    expect(tts.line('line 1').signal.aborted).toBe(true);
    expect(run.heard).toEqual([]);
    expect(run.drops().speech).toBe(2);
  });
});

describe('utter, offline', () => {
  const offline = (tts: Tts, drops = dropCounter()) =>
    utter(tts, { clock: { now: () => 0 }, onDrop: drops.onDrop, live: false, budget: 0 });

  /** Utterances until the stream ends; the error's message at the end when it raises. */
  const collect = (stream: Observable<Utterance>) =>
    new Promise<string[]>((resolve) => {
      const said: string[] = [];
      stream.subscribe({
        next: (utterance) => said.push(utterance.cue.text),
        complete: () => resolve(said),
        error: (error: Error) => resolve([...said, error.message]),
      });
    });

  it('makes every final line once, in order, whatever its age', async () => {
    const cues = of(cue(0), cue(1, { final: false }), cue(1), cue(0, { end: 1 }), cue(2));
    expect(await collect(cues.pipe(offline(new ToneTts())))).toEqual(['line 0', 'line 1', 'line 2']);
  });

  it('counts what fails and goes on', async () => {
    const tts = new ToneTts();
    tts.broken.add('line 0');
    const drops = dropCounter();
    expect(await collect(of(cue(0), cue(1)).pipe(offline(tts, drops)))).toEqual(['line 1']);
    expect(drops.counts().speech).toBe(1);
  });

  it('ends and fails with its source', async () => {
    expect(await collect(of<Cue>().pipe(offline(new ToneTts())))).toEqual([]);
    const broken = concat(
      of(cue(0)),
      throwError(() => new Error('the disk is full')),
    );
    expect((await collect(broken.pipe(offline(new ToneTts())))).at(-1)).toBe('the disk is full');
  });

  it('says nothing of a source that never speaks, and lets go of it', () => {
    const said: Utterance[] = [];
    const subscription = NEVER.pipe(offline(new ToneTts())).subscribe((utterance) => said.push(utterance));
    subscription.unsubscribe();
    expect(said).toEqual([]);
    expect(subscription.closed).toBe(true);
  });
});

describe('utterances', () => {
  it('makes lines only when they are asked for', async () => {
    const tts = new ToneTts();
    const lines = utterances(tts, [cue(0), cue(1), cue(2)], { onDrop: () => {} });
    const first = await lines.next();
    expect(first.value?.cue.text).toBe('line 0');
    expect(first.value?.voice).toBe('tone:sine');
    expect(first.value?.captureToAudioMs).toBeNull();
    expect(tts.asked).toEqual(['line 0']);
  });

  it('raises the reason of an abort', async () => {
    const abort = new AbortController();
    const lines = utterances(new ToneTts(), [cue(0), cue(1)], { onDrop: () => {}, signal: abort.signal });
    await lines.next();
    abort.abort(new Error('enough'));
    await expect(lines.next()).rejects.toThrow('enough');
  });
});
