import { describe, expect, it } from 'vitest';
import { DEFAULTS, type EndpointConfig } from '../../../src/config.js';
import { retryAfterMs } from '../../../src/openai/words.js';
import { Limits } from '../../../src/vlm/openai/limits.js';
import { ManualTime } from './server.js';

function limits(settings: Partial<EndpointConfig>) {
  const time = new ManualTime();
  return { time, limits: new Limits({ ...DEFAULTS.endpoint, ...settings }, time.clock) };
}

const PRICES = { usdPerMillionInputTokens: 1_000, usdPerMillionOutputTokens: 1_000 };
const MINUTE = 60_000;

describe('Limits', () => {
  it('lets as many requests through in any minute as maxRpm says', () => {
    const { time, limits: both } = limits({ maxRpm: 2 });
    both.begin();
    time.pass(20_000);
    both.begin();
    expect(both.pause()).toEqual({ by: 'maxRpm', ms: 40_000 });
    time.pass(40_000);
    expect(both.pause()).toBeNull();
    both.begin();
    expect(both.pause()).toEqual({ by: 'maxRpm', ms: 20_000 });
  });

  it('stops before the hour costs more than maxUsd, and goes on when the oldest minute is forgotten', () => {
    const { time, limits: purse } = limits({ maxRpm: 0, maxUsd: 10, ...PRICES });
    purse.begin().settle({ input: 4_000, output: 0 });
    time.pass(10 * MINUTE);
    purse.begin().settle({ input: 4_000, output: 0 });
    // 8 dollars are spent; one more look may cost 4.
    expect(purse.pause()).toEqual({ by: 'maxUsd', ms: 51 * MINUTE });
    time.pass(51 * MINUTE);
    expect(purse.pause()).toBeNull();
  });

  it('reserves the cost of a request under way, keeps it when it is cut off, frees it when it is refused', () => {
    const { limits: purse } = limits({ maxRpm: 0, maxUsd: 2, ...PRICES });
    // About a dollar: 400 tokens of text, two pictures, the longest answer.
    const first = purse.begin();
    expect(purse.pause()).toBeNull();
    const second = purse.begin();
    expect(purse.pause()?.by).toBe('maxUsd');
    second.refused();
    expect(purse.pause()).toBeNull();
    first.settle({ input: 1_900, output: 0 });
    expect(purse.pause()?.by).toBe('maxUsd');
  });

  it('counts cost without a limit of requests, and no cost without a budget', () => {
    const { limits: free } = limits({ maxRpm: 0 });
    for (let i = 0; i < 1_000; i++) free.begin().settle({ input: 1e9, output: 1e9 });
    expect(free.pause()).toBeNull();
  });

  it('rests longer with each failure in a row after the first, for a minute at most, and is well after an answer', () => {
    const { time, limits: ill } = limits({ maxRpm: 0 });
    expect(ill.failed()).toBe(0);
    expect(ill.pause()).toBeNull();
    const rests = Array.from({ length: 7 }, () => {
      const ms = ill.failed();
      expect(ill.pause()).toEqual({ by: 'failures', ms });
      time.pass(ms);
      expect(ill.pause()).toBeNull();
      return ms;
    });
    expect(rests).toEqual([2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000]);
    expect(ill.restingSince).toBe(0);
    expect([ill.answered(), ill.answered()]).toEqual([true, false]);
    expect(ill.restingSince).toBeNull();
    expect(ill.failed()).toBe(0);
  });

  it('waits as long as the server says, and longer each time where it does not say', () => {
    const { time, limits: held } = limits({});
    expect(held.hold(20_000)).toBe(20_000);
    expect(held.pause()).toEqual({ by: 'server', ms: 20_000 });
    time.pass(20_000);
    expect(held.pause()).toBeNull();
    expect([held.hold(null), held.hold(null), held.hold(null)]).toEqual([1_000, 2_000, 4_000]);
    held.answered();
    expect(held.hold(null)).toBe(1_000);
    expect(held.hold(1e12)).toBe(60 * MINUTE);
  });
});

describe('retryAfterMs', () => {
  const now = Date.parse('2026-05-01T12:00:00Z');
  it.each([
    [{ 'retry-after': '7' }, 7_000],
    [{ 'retry-after': 'Fri, 01 May 2026 12:00:30 GMT' }, 30_000],
    [{ 'retry-after': 'Fri, 01 May 2026 11:00:00 GMT' }, 0],
    [{ 'retry-after': '7', 'retry-after-ms': '250' }, 250],
    [{ 'retry-after': 'soon' }, null],
    [{}, null],
  ])('reads %j', (headers, ms) => {
    expect(retryAfterMs(new Headers(headers as Record<string, string>), now)).toBe(ms);
  });
});
