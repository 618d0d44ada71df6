import { NEVER, of, throwError } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { lossless } from '../../src/flow/lossless.js';

/** Numbers from 0, and how many were pulled so far; `returned` once the iterator was. */
function numbers(count: number) {
  const state = { pulled: 0, returned: false };
  async function* values() {
    try {
      while (state.pulled < count) yield state.pulled++;
    } finally {
      state.returned = true;
    }
  }
  return { state, values };
}

async function gather<Value>(source: ReturnType<typeof lossless<unknown, Value>>): Promise<Value[]> {
  const out: Value[] = [];
  await source.forEach((value) => {
    out.push(value);
  });
  return out;
}

/** Lets the promises that are settled run on. */
async function turns(): Promise<void> {
  for (let turn = 0; turn < 20; turn++) await Promise.resolve();
}

describe('lossless', () => {
  it('projects every value, one after the other', async () => {
    const running = { now: 0, most: 0 };
    const out = lossless(numbers(20).values(), async function* (value) {
      running.most = Math.max(running.most, ++running.now);
      await Promise.resolve();
      yield value;
      running.now -= 1;
    });
    expect(await gather(out)).toEqual([...Array(20).keys()]);
    expect(running.most).toBe(1);
  });

  it('pulls nothing while a projection runs', async () => {
    const { state, values } = numbers(5);
    const subscription = lossless(values(), () => NEVER).subscribe();
    await turns();
    expect(state.pulled).toBe(1);
    subscription.unsubscribe();
  });

  it('completes at once on no values', async () => {
    expect(await gather(lossless(numbers(0).values(), (value) => of(value)))).toEqual([]);
  });

  it('passes on the error of a projection and returns the iterator', async () => {
    const { state, values } = numbers(5);
    const out = lossless(values(), (value) => (value === 2 ? throwError(() => new Error('no')) : of(value)));
    await expect(gather(out)).rejects.toThrowError('no');
    expect(state).toEqual({ pulled: 3, returned: true });
  });

  it('passes on the error of the values', async () => {
    async function* broken() {
      yield 1;
      throw new Error('torn');
    }
    await expect(gather(lossless(broken(), (value) => of(value)))).rejects.toThrowError('torn');
  });

  it('aborts what is projected when it is to stop, and ends with its values', async () => {
    const stop = new AbortController();
    const { state, values } = numbers(3);
    const project = async function* (value: number, signal: AbortSignal) {
      if (value === 1) stop.abort();
      yield signal.aborted;
    };
    expect(await gather(lossless(values(), project, stop.signal))).toEqual([false, true, true]);
    expect(state).toEqual({ pulled: 3, returned: true });
  });

  it('aborts its signal and returns the iterator when it is unsubscribed', async () => {
    const { state, values } = numbers(5);
    const signals: AbortSignal[] = [];
    const pull = (signal: AbortSignal) => {
      signals.push(signal);
      return values();
    };
    const project = (_: number, signal: AbortSignal) => {
      signals.push(signal);
      return NEVER;
    };
    const subscription = lossless(pull, project).subscribe();
    await turns();
    subscription.unsubscribe();
    await turns();
    expect(signals.map((signal) => signal.aborted)).toEqual([true, true]);
    expect(state).toEqual({ pulled: 1, returned: true });
  });
});
