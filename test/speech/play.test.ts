import { Subject, VirtualTimeScheduler } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { BoothError } from '../../src/errors.js';
import type { Cue } from '../../src/media/cue.js';
import { dropCounter } from '../../src/media/drops.js';
import type { VoiceTurn } from '../../src/media/voice-turn.js';
import { play } from '../../src/speech/play.js';
import { cue, ManualSpeaker, settled } from './fakes.js';

function playing() {
  const speaker = new ManualSpeaker();
  const drops = dropCounter();
  const warnings: BoothError[] = [];
  const cues = new Subject<Cue>();
  const scheduler = new VirtualTimeScheduler();
  const turns: VoiceTurn[] = [];
  const spoken: [string, number][] = [];
  const events: string[] = [];
  const subscription = cues
    .pipe(
      play(speaker, {
        clock: { now: () => scheduler.frame },
        onDrop: drops.onDrop,
        onWarning: (warning) => warnings.push(warning),
        budget: 2,
        interruptAt: 0.8,
        onTurn: (turn) => turns.push(turn),
        onSpoken: ({ text }, seconds) => spoken.push([text, seconds]),
        scheduler,
      }),
    )
    .subscribe({
      next: (spoken) => events.push(spoken.id),
      complete: () => events.push('complete'),
      error: (error: Error) => events.push(error.message),
    });
  return {
    speaker,
    cues,
    scheduler,
    turns,
    spoken,
    events,
    subscription,
    warnings,
    drops: () => drops.counts(),
  };
}
const broken = new BoothError('SPEECH_FAILED', 'no audio device');

describe('play', () => {
  it('speaks in order, one line at a time', async () => {
    const { speaker, cues } = playing();
    cues.next(cue(0));
    cues.next(cue(1));
    expect(speaker.begun).toEqual(['line 0']);
    await speaker.end();
    expect(speaker.begun).toEqual(['line 0', 'line 1']);
  });

  it('drops a line that waited too long', async () => {
    const { speaker, cues, scheduler, drops } = playing();
    cues.next(cue(0));
    cues.next(cue(1));
    scheduler.frame = 2_500;
    cues.next(cue(2));
    await speaker.end();
    expect(speaker.begun).toEqual(['line 0', 'line 2']);
    expect(drops().stale).toBe(1);
  });

  it('counts what the engine takes, gives a line up when it is due, and says so', async () => {
    const { speaker, cues, scheduler, turns, warnings, events } = playing();
    speaker.isSlow = true;
    cues.next(cue(0));
    scheduler.maxFrames = 2_001;
    scheduler.flush();
    await settled();
    expect(speaker.cut).toEqual(['line 0']);
    expect(turns).toEqual([{ kind: 'late' }]);
    expect(warnings.map(({ message }) => message)).toEqual([
      expect.stringMatching(/manual takes longer .* 2 s .*speech\.budget/),
    ]);
    speaker.isSlow = false;
    cues.next(cue(1));
    expect(events).toEqual(['main-1']);
  });

  it('lets what is not heard yet give way to a big moment, and says it after', async () => {
    const { speaker, cues } = playing();
    speaker.isSlow = true;
    cues.next(cue(0));
    speaker.isSlow = false;
    cues.next(cue(1, { text: 'Goal!', importance: 1 }));
    await settled();
    await speaker.end();
    expect(speaker.begun).toEqual(['line 0', 'Goal!', 'line 0']);
  });

  it('cuts an ordinary line for a big moment, and never speaks over it', async () => {
    const { speaker, cues } = playing();
    cues.next(cue(0));
    cues.next(cue(1));
    cues.next(cue(2, { text: 'Goal!', importance: 1 }));
    await settled();
    expect(speaker.cut).toEqual(['line 0']);
    expect(speaker.begun).toEqual(['line 0', 'Goal!']);
    await speaker.end();
    expect(speaker.begun).toEqual(['line 0', 'Goal!', 'line 1']);
  });

  it('ends a line that has told its gist for one as big, by the clock', async () => {
    const { speaker, cues, turns, scheduler } = playing();
    cues.next(cue(0, { importance: 0.5 }));
    scheduler.maxFrames = 500;
    scheduler.flush();
    cues.next(cue(1, { importance: 0.5 }));
    expect(speaker.cut).toEqual([]);
    scheduler.maxFrames = 1_000;
    scheduler.flush();
    await settled();
    expect(speaker.cut).toEqual(['line 0']);
    expect(speaker.begun).toEqual(['line 0', 'line 1']);
    expect(turns.map(({ kind }) => kind)).toEqual(['begun', 'cut', 'begun']);
  });

  it('tells how long each line took that was heard to its end', async () => {
    const { speaker, cues, spoken } = playing();
    cues.next(cue(0));
    cues.next(cue(1, { importance: 1 }));
    await settled();
    await speaker.end();
    cues.next(cue(2));
    await speaker.end(broken);
    expect(spoken).toEqual([['line 1', 2]]);
  });

  it('goes on when the loudspeaker fails: counted each time, told once until it works again', async () => {
    const { speaker, cues, warnings, drops } = playing();
    const say = async (seq: number, error?: Error) => {
      cues.next(cue(seq));
      await speaker.end(error);
    };
    for (let seq = 0; seq < 5; seq += 1) await say(seq, broken);
    expect(drops().speech).toBe(5);
    expect(warnings).toEqual([broken]);
    await say(5);
    for (let seq = 6; seq < 9; seq += 1) await say(seq, broken);
    expect(warnings).toHaveLength(2);
  });

  it('says what waits when its source ends, then completes', async () => {
    const { speaker, cues, events } = playing();
    cues.next(cue(0));
    cues.next(cue(1));
    cues.complete();
    await speaker.end();
    expect(events).toEqual(['main-0', 'main-1']);
    await speaker.end();
    expect(events).toEqual(['main-0', 'main-1', 'complete']);
  });

  it('passes on the error of its source and falls silent', () => {
    const { speaker, cues, events } = playing();
    cues.next(cue(0));
    cues.error(new Error('the feed broke'));
    expect(events).toEqual(['main-0', 'the feed broke']);
    expect(speaker.cut).toEqual(['line 0']);
  });

  it('falls silent at once when it is unsubscribed', async () => {
    const { speaker, cues, subscription } = playing();
    cues.next(cue(0));
    cues.next(cue(1));
    subscription.unsubscribe();
    await settled();
    expect(speaker.cut).toEqual(['line 0']);
    expect(speaker.begun).toEqual(['line 0']);
    expect(cues.observed).toBe(false);
  });
});
