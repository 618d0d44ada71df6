import { defer, Observable, type ObservableInput } from 'rxjs';

/** Where the values are pulled from; the signal aborts a pull that is still awaited. */
export type Pulled<Value> = AsyncIterable<Value> | ((signal: AbortSignal) => AsyncIterable<Value>);

/**
 * Nothing is lost: the next value is pulled only when the projection of the one before is done, so nothing
 * ever queues (bound: 0) and memory stays flat. Unsubscribing aborts the signal and returns the iterator; `stop` aborts the
 * projections alone, and the values end when their source does.
 */
export function lossless<In, Out>(
  values: Pulled<In>,
  project: (value: In, signal: AbortSignal) => ObservableInput<Out>,
  stop?: AbortSignal,
): Observable<Out> {
  return new Observable((subscriber) => {
    const abort = new AbortController();
    const { signal } = abort;
    subscriber.add(() => abort.abort());
    const ends = stop === undefined ? signal : AbortSignal.any([signal, stop]);

    const drain = async () => {
      for await (const value of typeof values === 'function' ? values(signal) : values) {
        if (signal.aborted) return;
        await finished(defer(() => project(value, ends)));
        if (signal.aborted) return;
      }
      subscriber.complete();
    };
    const finished = (projection: Observable<Out>) =>
      new Promise<void>((resolve, reject) => {
        const running = projection.subscribe({ next: (out) => subscriber.next(out), error: reject });
        subscriber.add(running);
        running.add(() => {
          subscriber.remove(running);
          resolve();
        });
      });
    drain().catch((error: unknown) => subscriber.error(error));
  });
}
