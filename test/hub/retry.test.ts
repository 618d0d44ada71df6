import { describe, expect, it } from 'vitest';
import { pause, unlessStalled } from '../../src/hub/retry.js';

describe('work that may stall', () => {
  it('is left behind, broken or not, when it is asked for after the stop', async () => {
    const stop = new AbortController();
    stop.abort(new Error('stopped'));
    const broken = Promise.reject(new Error('the connection was cut'));
    await expect(unlessStalled(broken, { pause, signal: stop.signal })).rejects.toThrow('stopped');
  });
});
