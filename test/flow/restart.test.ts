import { concat, defer, of, throwError } from 'rxjs';
import { TestScheduler } from 'rxjs/testing';
import { describe, expect, it } from 'vitest';
import { BoothError } from '../../src/errors.js';
import { restart } from '../../src/flow/restart.js';

const stalled = new BoothError('SOURCE_STALLED', 'No frame came.');
const fatal = new BoothError('INPUT_NOT_FOUND', 'It does not exist.');

function run(
  test: (scheduler: TestScheduler, helpers: Parameters<Parameters<TestScheduler['run']>[0]>[0]) => void,
) {
  const scheduler = new TestScheduler((actual, expected) => expect(actual).toEqual(expected));
  scheduler.run((helpers) => test(scheduler, helpers));
}

describe('restart', () => {
  it('doubles its pause up to the longest, then lets the error through', () => {
    const pauses: number[] = [];
    run((scheduler, { cold, expectObservable, expectSubscriptions }) => {
      const source = cold('#', {}, stalled);
      const policy = {
        baseMs: 1,
        maxMs: 3,
        attempts: 4,
        onRestart: (_: unknown, __: number, ms: number) => pauses.push(ms),
      };
      expectObservable(source.pipe(restart(policy, scheduler))).toBe('---------#', {}, stalled);
      expectSubscriptions(source.subscriptions).toBe([
        '(^!)',
        '-(^!)',
        '---(^!)',
        '------(^!)',
        '---------(^!)',
      ]);
    });
    expect(pauses).toEqual([1, 2, 3, 3]);
  });

  it('begins anew after a value', () => {
    const attempts: number[] = [];
    run((scheduler, { cold, expectObservable }) => {
      const source = cold('-a#', undefined, stalled);
      const policy = {
        baseMs: 2,
        maxMs: 100,
        attempts: 2,
        onRestart: (_: unknown, n: number) => attempts.push(n),
      };
      expectObservable(source.pipe(restart(policy, scheduler)), '-------------!').toBe('-a---a---a---');
    });
    expect(attempts).toEqual([1, 1, 1]);
  });

  it('lets other errors through at once', () => {
    run((scheduler, { cold, expectObservable }) => {
      const policy = { baseMs: 1, maxMs: 1, attempts: 9 };
      expectObservable(cold('-a#', undefined, fatal).pipe(restart(policy, scheduler))).toBe(
        '-a#',
        undefined,
        fatal,
      );
      expectObservable(cold('-a#').pipe(restart(policy, scheduler))).toBe('-a#');
    });
  });

  it('passes never and empty on, and stops waiting when it is unsubscribed', () => {
    run((scheduler, { cold, expectObservable, expectSubscriptions }) => {
      const policy = { baseMs: 5, maxMs: 5, attempts: 9 };
      expectObservable(cold('---').pipe(restart(policy, scheduler))).toBe('---');
      expectObservable(cold('--|').pipe(restart(policy, scheduler))).toBe('--|');
      const failing = cold('-#', undefined, stalled);
      expectObservable(failing.pipe(restart(policy, scheduler)), '---!').toBe('----');
      expectSubscriptions(failing.subscriptions).toBe('^!');
    });
  });

  it('subscribes to the same source again', () => {
    run((scheduler, { expectObservable }) => {
      let runs = 0;
      const source = defer(() =>
        runs++ === 0
          ? concat(
              of('a'),
              throwError(() => stalled),
            )
          : of('b'),
      );
      expectObservable(source.pipe(restart({ baseMs: 3, maxMs: 3, attempts: 1 }, scheduler))).toBe('a--(b|)');
    });
  });
});
