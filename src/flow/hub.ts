import { Observable, Subject } from 'rxjs';

/** A named fan-out that remembers: who comes late gets the history first, then what comes, in one order. */
export interface Hub<Value> {
  publish(value: Value): void;
  /** Hot. Completes once the hub is closed. */
  readonly values: Observable<Value>;
  /** Oldest first. */
  history(): readonly Value[];
  close(): void;
}

/**
 * @param bound the most values remembered; the oldest goes first
 * @param keyOf values of one key stand for one thing that changes: the history keeps the newest, in the place
 *   of the first. Without it each value is remembered.
 */
export function hub<Value>(bound: number, keyOf?: (value: Value) => unknown): Hub<Value> {
  const live = new Subject<Value>();
  const remembered = new Map<unknown, Value>();
  let published = 0;

  return {
    publish: (value) => {
      if (live.closed || live.isStopped) return;
      remembered.set(keyOf ? keyOf(value) : published++, value);
      const [oldest] = remembered.keys();
      if (remembered.size > bound) remembered.delete(oldest);
      live.next(value);
    },
    values: new Observable((subscriber) => {
      for (const value of [...remembered.values()]) subscriber.next(value);
      return live.subscribe(subscriber);
    }),
    history: () => [...remembered.values()],
    close: () => live.complete(),
  };
}
