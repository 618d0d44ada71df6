import { describe, expect, it } from 'vitest';
import { Admission } from '../../src/vlm/admission.js';
import { fc } from '../support/fc.js';

function measured(lookMs: number, maxLoad = 0.8): Admission {
  const admission = new Admission({ name: 'kickabout', maxLoad });
  admission.measured(lookMs);
  return admission;
}

describe('admission to a shared model', () => {
  it('says no to the channel that would make all of them late, with the reckoning', () => {
    const admission = measured(100);
    for (let channel = 0; channel < 4; channel++) admission.admit(2);
    expect(() => admission.admit(2)).toThrow(
      expect.objectContaining({
        code: 'CHANNELS_FULL',
        policy: 'fatal',
        message: expect.stringMatching(
          /no room for channel 5: .* 10\.0 looks a second of 100 ms each, which is 100 % .* vlm\.maxLoad allows 80 %.* BOOTH_VLM_MAX_LOAD=0 .*BOOTH_VLM_FPS/,
        ),
      }),
    );
  });

  it('lets the next one in when one has left, and counts it once', () => {
    const admission = measured(200);
    const leave = admission.admit(2);
    admission.admit(2);
    expect(() => admission.admit(2)).toThrow();
    leave();
    leave();
    admission.admit(2);
    expect(() => admission.admit(2)).toThrow();
  });

  it('lets the first in, however slow the model is', () => {
    const admission = measured(10_000);
    admission.admit(2);
    expect(() => admission.admit(0.01)).toThrow();
  });

  it('lets everybody in who asks for nothing, and everybody at all where there is no limit', () => {
    const idle = measured(300);
    idle.admit(2);
    for (let channel = 0; channel < 50; channel++) idle.admit(0);
    const open = measured(10_000, 0);
    for (let channel = 0; channel < 50; channel++) open.admit(2);
    expect(open.doubts(2)).toBe(false);
  });

  it('wants to be sure before it refuses, and follows what it measures', () => {
    const admission = new Admission({ name: 'kickabout', maxLoad: 0.8 });
    expect(admission.doubts(2)).toBe(false);
    admission.admit(2);
    expect(admission.doubts(0)).toBe(false);
    expect(admission.doubts(2)).toBe(true);
    admission.measured(1000);
    expect(admission.doubts(2)).toBe(true);
    expect(() => admission.admit(2)).toThrow();
    for (let look = 0; look < 100; look++) admission.measured(20);
    expect(admission.doubts(2)).toBe(false);
    admission.admit(2);
  });

  it('goes by what a look takes at best, whatever slow looks a busy machine has made before', () => {
    const admission = measured(900);
    admission.admit(2);
    expect(() => admission.admit(2)).toThrow();
    admission.measuredAtBest(60);
    admission.admit(2);
  });

  it('never lets more in than the load allows, whoever comes and goes', () => {
    const rate = fc.double({ min: 0.05, max: 8, noNaN: true });
    fc.assert(
      fc.property(
        fc.double({ min: 1, max: 2000, noNaN: true }),
        fc.array(fc.tuple(rate, fc.boolean()), { maxLength: 40 }),
        (lookMs, visits) => {
          const admission = measured(lookMs);
          const inside: { rate: number; leave: () => void }[] = [];
          for (const [wanted, leaves] of visits) {
            try {
              inside.push({ rate: wanted, leave: admission.admit(wanted) });
            } catch {
              expect(inside.length).toBeGreaterThan(0);
            }
            const load = inside.reduce((sum, { rate }) => sum + rate, 0) * (lookMs / 1000);
            expect(inside.length === 1 || load <= 0.8 + 1e-9).toBe(true);
            if (leaves) inside.shift()?.leave();
          }
        },
      ),
    );
  });
});
