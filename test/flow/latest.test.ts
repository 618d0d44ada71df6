import { Observable, of, throwError } from 'rxjs';
import { TestScheduler } from 'rxjs/testing';
import { describe, expect, it } from 'vitest';
import { latest } from '../../src/flow/latest.js';

const marbles = (test: Parameters<TestScheduler['run']>[0]) =>
  new TestScheduler((actual, expected) => expect(actual).toEqual(expected)).run(test);

describe('latest', () => {
  it('keeps only the newest value while a projection runs', () => {
    marbles(({ cold, expectObservable }) => {
      const source = cold('a-b-c-d-----e---|');
      const out = source.pipe(
        latest(
          (value) => cold('-----(v|)', { v: value }),
          () => {},
        ),
      );
      expectObservable(out).toBe('-----a----c----d----(e|)');
    });
  });

  it('tells of exactly the values that were never projected', () => {
    const dropped: string[] = [];
    const projected: string[] = [];
    marbles(({ cold, flush }) => {
      cold('abcdefg|')
        .pipe(
          latest(
            (value) => {
              projected.push(value);
              return cold('---|');
            },
            (value) => dropped.push(value),
          ),
        )
        .subscribe();
      flush();
    });
    expect(projected).toEqual(['a', 'd', 'g']);
    expect(dropped).toEqual(['b', 'c', 'e', 'f']);
  });

  it('passes never and empty on', () => {
    marbles(({ cold, expectObservable }) => {
      const project = () => of('x');
      const onDrop = () => {};
      expectObservable(cold('---').pipe(latest(project, onDrop))).toBe('---');
      expectObservable(cold('--|').pipe(latest(project, onDrop))).toBe('--|');
    });
  });

  it('passes on the error of the source, of a projection, and of the call itself', () => {
    marbles(({ cold, expectObservable }) => {
      const onDrop = () => {};
      expectObservable(cold('a--#').pipe(latest(() => cold('-x---|'), onDrop))).toBe('-x-#');
      expectObservable(cold('a----|').pipe(latest(() => cold('--#'), onDrop))).toBe('--#');
      const call = () => {
        throw 'error';
      };
      expectObservable(cold('-a---|').pipe(latest(call, onDrop))).toBe('-#');
      expectObservable(cold('-a---|').pipe(latest(() => throwError(() => 'error'), onDrop))).toBe('-#');
    });
  });

  it('aborts the running projection and leaves the source when it is unsubscribed', () => {
    const signals: AbortSignal[] = [];
    marbles(({ cold, expectObservable, expectSubscriptions }) => {
      const source = cold('   a-b-----|');
      const projection = cold('-x-------|');
      const out = source.pipe(
        latest(
          (_, signal) => {
            signals.push(signal);
            return projection;
          },
          () => {},
        ),
      );
      expectObservable(out, '----!').toBe('-x---');
      expectSubscriptions(source.subscriptions).toBe('^---!');
      expectSubscriptions(projection.subscriptions).toBe('^---!');
    });
    expect(signals.map((signal) => signal.aborted)).toEqual([true]);
  });

  it('takes async iterables as projections', async () => {
    const project = async function* (value: number) {
      yield value;
      yield value * 10;
    };
    const out: number[] = [];
    await new Observable<number>((subscriber) => {
      subscriber.next(1);
      subscriber.next(2);
      subscriber.complete();
    })
      .pipe(latest(project, () => {}))
      .forEach((value) => {
        out.push(value);
      });
    expect(out).toEqual([1, 10, 2, 20]);
  });
});
