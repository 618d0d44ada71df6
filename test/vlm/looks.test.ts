import { describe, expect, it } from 'vitest';
import { BoothError } from '../../src/errors.js';
import { Looks } from '../../src/vlm/looks.js';
import { NO_WORK } from '../../src/vlm/vlm.js';

const WORK = { visionMs: 40, prefillMs: 30, decodeMs: 0, tokens: 0, context: 90 };
const failure = (message: string) => new BoothError('INFERENCE_TIMEOUT', message);

describe('the looks of a session', () => {
  it('are not blind before any was made, nor once one went through', () => {
    const looks = new Looks();
    expect(looks.blindness).toBeNull();
    looks.failed(failure('too slow'));
    looks.ended(WORK);
    looks.failed(failure('too slow'));
    expect(looks.blindness).toBeNull();
  });

  it('are blind when every one failed, and say how many and why the last', () => {
    const looks = new Looks();
    looks.failed(failure('too slow'));
    expect(looks.blindness?.message).toContain('the only look failed. The last error: too slow');
    looks.ended(NO_WORK);
    const last = failure('much too slow');
    looks.failed(last);
    expect(looks.blindness).toMatchObject({ code: 'INFERENCE_TIMEOUT', policy: 'fatal', cause: last });
    expect(looks.blindness?.message).toContain('each of 2 looks failed. The last error: much too slow');
  });

  it('say whether a failure is a new one: several looks may be lost to one death of the worker', () => {
    const looks = new Looks();
    const [death, other] = [failure('dead'), failure('dead')];
    expect([death, death, other, other, death].map(looks.failed)).toEqual([true, false, true, false, true]);
    expect(looks.blindness?.message).toContain('each of 5 looks');
  });
});
