import { defer, Observable, type ObservableInput, type OperatorFunction } from 'rxjs';

/**
 * Newest wins: while a projection runs, only the newest value waits (bound: 1), and each one that it replaces
 * is told to `onDrop`. The source never waits, so what comes out never falls behind what comes in.
 * The source's end waits for the running and the waiting projection; an error or unsubscribing aborts them.
 */
export function latest<In, Out>(
  project: (value: In, signal: AbortSignal) => ObservableInput<Out>,
  onDrop: (dropped: In) => void,
): OperatorFunction<In, Out> {
  return (source) =>
    new Observable((subscriber) => {
      const abort = new AbortController();
      subscriber.add(() => abort.abort());
      let running = false;
      let waiting: { readonly value: In } | null = null;
      let sourceEnded = false;

      const start = (value: In) => {
        running = true;
        const projection = defer(() => project(value, abort.signal)).subscribe({
          next: (out) => subscriber.next(out),
          error: (error) => subscriber.error(error),
          complete: () => {
            running = false;
            startWaiting();
          },
        });
        subscriber.add(projection);
        projection.add(() => subscriber.remove(projection));
      };
      const startWaiting = () => {
        const chosen = waiting;
        waiting = null;
        if (chosen !== null) start(chosen.value);
        else if (sourceEnded) subscriber.complete();
      };
      const take = (value: In) => {
        if (!running) return start(value);
        if (waiting !== null) onDrop(waiting.value);
        waiting = { value };
      };

      subscriber.add(
        source.subscribe({
          next: take,
          error: (error) => subscriber.error(error),
          complete: () => {
            sourceEnded = true;
            if (!running) subscriber.complete();
          },
        }),
      );
    });
}
