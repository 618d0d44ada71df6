import { Subject } from 'rxjs';
import { TestScheduler } from 'rxjs/testing';
import { describe, expect, it } from 'vitest';
import type { Cue } from '../../src/media/cue.js';
import { dropCounter } from '../../src/media/drops.js';
import type { VoiceTurn } from '../../src/media/voice-turn.js';
import { utter } from '../../src/speech/utter.js';
import { fc } from '../support/fc.js';
import { cue, settled, voiceOf } from './fakes.js';

const BUDGET = 1.2;

describe('a live voice, on virtual time', () => {
  it('says no line over its budget and stutters for big moments only, whatever the latency of the model, and counts each line that it does not say', async () => {
    const arrival = fc.record({
      after: fc.nat({ max: 3_000 }),
      importance: fc.constantFrom(0.2, 0.3, 0.6, 0.9, 1),
      latency: fc.nat({ max: 3_000 }),
    });
    await fc.assert(
      fc.asyncProperty(
        fc.array(arrival, { minLength: 1, maxLength: 12 }),
        fc.integer({ min: 3, max: 40 }),
        async (arrivals, tenths) => {
          const scheduler = new TestScheduler(() => {});
          const drops = dropCounter();
          const cues = new Subject<Cue>();
          const dueBy = new Map<string, number>();
          const toSpare: number[] = [];
          const begun: { readonly at: number; readonly importance: number }[] = [];
          const turns: VoiceTurn[] = [];
          cues
            .pipe(
              utter(voiceOf(tenths / 10), {
                clock: { now: () => scheduler.now() },
                onDrop: drops.onDrop,
                live: true,
                budget: BUDGET,
                interruptAt: 0.7,
                onTurn: (turn) => turns.push(turn),
                scheduler,
              }),
            )
            .subscribe(({ cue: { id, importance } }) => {
              toSpare.push((dueBy.get(id) ?? 0) - scheduler.now());
              begun.push({ at: scheduler.now(), importance });
            });

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
          for (const [seq, { after, importance, latency }] of arrivals.entries()) {
            now += after;
            await run(now);
            const line = cue(seq, { importance, captureToCaptionMs: latency });
            dueBy.set(line.id, now + BUDGET * 1_000);
            cues.next(line);
          }
          cues.complete();
          await run(now + 60_000);
          const tally = (kind: VoiceTurn['kind']) => turns.filter((turn) => turn.kind === kind).length;
          expect(Math.min(0, ...toSpare)).toBe(0);
          expect(toSpare.length + drops.total()).toBe(arrivals.length);
          expect(turns.flatMap((turn) => (turn.kind === 'begun' ? [turn.toSpareMs] : []))).toEqual(
            toSpare.map((ms) => expect.closeTo(ms) as number),
          );
          const leastHeard = Math.min(100 * tenths, 600);
          for (const [index, { at, importance }] of begun.slice(1).entries()) {
            if (importance < 0.7) expect(at - (begun[index]?.at ?? 0)).toBeGreaterThanOrEqual(leastHeard);
          }
          expect(tally('late')).toBe(drops.counts().stale);
          expect(tally('cut')).toBeLessThan(Math.max(1, toSpare.length));
        },
      ),
      { numRuns: 40 },
    );
  });
});
