import fc from 'fast-check';
import { Subject } from 'rxjs';
import { TestScheduler } from 'rxjs/testing';
import { describe, expect, it } from 'vitest';
import type { Cue } from '../../src/media/cue.js';
import { dropCounter } from '../../src/media/drops.js';
import type { Tts } from '../../src/speech/tts.js';
import { utter } from '../../src/speech/utter.js';
import { cue, settled, tone } from './fakes.js';

const STALE_AFTER = 2.5;

/** An engine that takes no time to speak `seconds` of sound. */
function voiceOf(seconds: number): Tts {
  const speech = { wav: tone(0.01), sampleRateHz: 16_000, duration: seconds };
  return { name: 'steady', voiceFor: () => 'sine', synthesise: async () => speech, close: async () => {} };
}

describe('a live voice, on virtual time', () => {
  it('says no line after its staleness budget, and counts each that it does not say', async () => {
    const arrival = fc.record({ after: fc.nat({ max: 3_000 }), big: fc.boolean() });
    await fc.assert(
      fc.asyncProperty(
        fc.array(arrival, { minLength: 1, maxLength: 12 }),
        fc.integer({ min: 3, max: 40 }),
        async (arrivals, tenths) => {
          const scheduler = new TestScheduler(() => {});
          const drops = dropCounter();
          const cues = new Subject<Cue>();
          const arrivedAt = new Map<string, number>();
          const waited: number[] = [];
          cues
            .pipe(
              utter(voiceOf(tenths / 10), {
                clock: { now: () => scheduler.now() },
                onDrop: drops.onDrop,
                live: true,
                staleAfter: STALE_AFTER,
                interruptAt: 0.8,
                scheduler,
              }),
            )
            .subscribe(({ cue: { id } }) => waited.push(scheduler.now() - (arrivedAt.get(id) ?? 0)));

          const run = async (until: number) => {
            await settled();
            while (scheduler.frame < until) {
              const next = Math.min(until, ...scheduler.actions.map(({ delay }) => delay));
              scheduler.maxFrames = next;
              scheduler.flush();
              scheduler.frame = next;
              await settled();
            }
          };
          let now = 0;
          for (const [seq, { after, big }] of arrivals.entries()) {
            now += after;
            await run(now);
            const line = cue(seq, { importance: big ? 0.9 : 0.3 });
            arrivedAt.set(line.id, now);
            cues.next(line);
          }
          cues.complete();
          await run(now + 60_000);
          expect(Math.max(0, ...waited)).toBeLessThanOrEqual(STALE_AFTER * 1_000);
          expect(waited.length + drops.total()).toBe(arrivals.length);
        },
      ),
      { numRuns: 40 },
    );
  });
});
