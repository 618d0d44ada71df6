import { readdir } from 'node:fs/promises';
import { constants, getPriority, setPriority } from 'node:os';
import { describe, expect, it } from 'vitest';
import { yieldToMainThread } from '../../src/onnx/niceness.js';
import { loadVlm } from '../../src/vlm/load.js';
import { tinyConfig } from '../vlm/tiny.js';

/** Niceness of every thread of this process but its main one. */
async function others(): Promise<number[]> {
  const threads = (await readdir('/proc/self/task')).map(Number);
  return threads.filter((thread) => thread !== process.pid).map((thread) => getPriority(thread));
}

describe.runIf(process.platform === 'linux')('threads that compute', () => {
  it('are as much nicer than the main thread as is set, and never less nice than they were', async () => {
    const own = getPriority(process.pid);
    const vlm = await loadVlm({ ...tinyConfig, niceness: 4 });
    const least = Math.min(...(await others()));
    await vlm.close();
    expect(least).toBeGreaterThanOrEqual(own + 4);
    yieldToMainThread(2);
    expect(Math.min(...(await others()))).toBeGreaterThanOrEqual(own + 4);
    expect(getPriority(process.pid)).toBe(own);
  });

  it('cannot be nicer than the system has it', async () => {
    setPriority(process.pid, constants.priority.PRIORITY_LOW - 1);
    yieldToMainThread(5);
    expect(Math.min(...(await others()))).toBe(19);
  });
});
