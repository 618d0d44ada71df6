import { describe, expect, it } from 'vitest';
import { makeConfig } from '../src/config.js';
import { openInput } from '../src/input.js';

const picture = { width: 320, height: 180, fps: 4 };
/** Nobody listens there. */
const input = 'rtmp://127.0.0.1:1/live';
const config = makeConfig({ source: { restartBaseMs: 1, restartMaxMs: 1_500, restartAttempts: 2 } });

describe('openInput', () => {
  it('says of a live input that is not there when it is tried again, and in the end only what failed', async () => {
    const told: string[] = [];
    const opening = openInput({ input, mode: 'live', config }, picture, ({ message }) => told.push(message));
    await expect(opening).rejects.toMatchObject({
      code: 'INPUT_UNREADABLE',
      message: expect.not.stringContaining('Trying'),
    });
    expect(told).toEqual([
      expect.stringMatching(
        /^rtmp:\/\/127\.0\.0\.1:1\/live cannot be read .* Trying again in 0\.001 s \(1 of 2\)\.$/,
      ),
      expect.stringMatching(/ Trying again in 0\.002 s \(2 of 2\)\.$/),
    ]);
  });

  it('gives an input that is not there up at once where nothing may be lost', async () => {
    const opening = openInput({ input, mode: 'offline', config }, picture, () => {
      throw new Error('tried again');
    });
    await expect(opening).rejects.toMatchObject({ code: 'INPUT_UNREADABLE' });
  });
});
