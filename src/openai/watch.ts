/** Starts a timer and returns what stops it. Injected, so that tests need not wait. */
export type StartTimer = (ms: number, onEnd: () => void) => () => void;

export const systemTimer: StartTimer = (ms, onEnd) => {
  const timer = setTimeout(onEnd, ms);
  return () => clearTimeout(timer);
};

/** Resolves after `ms`, or as soon as one of the signals aborts. */
export function passed(ms: number, startTimer: StartTimer, signals: readonly AbortSignal[]): Promise<void> {
  return new Promise((resolve) => {
    const end = () => {
      stopTimer();
      for (const signal of signals) signal.removeEventListener('abort', end);
      resolve();
    };
    const stopTimer = startTimer(ms, end);
    for (const signal of signals) signal.addEventListener('abort', end, { once: true });
    if (signals.some(({ aborted }) => aborted)) end();
  });
}

export interface Patience {
  /** Longest silence on the line, and longest exchange, milliseconds. */
  readonly stallTimeoutMs: number;
  readonly timeoutMs: number;
  readonly startTimer: StartTimer;
}

/** Watches one exchange: its `signal` cancels the request when patience is over or any of the given signals aborts. */
export class Watch {
  readonly #patience: Patience;
  readonly #stop = new AbortController();
  readonly #signals: readonly AbortSignal[];
  readonly #stopTimer: () => void;
  #stopStallTimer: () => void = () => undefined;
  #ended: 'aborted' | 'stalled' | 'late' | null = null;

  constructor(patience: Patience, signals: readonly (AbortSignal | undefined)[]) {
    this.#patience = patience;
    this.#signals = signals.filter((signal) => signal !== undefined);
    this.#stopTimer = patience.startTimer(patience.timeoutMs, () => this.#end('late'));
    this.heard();
    for (const signal of this.#signals) {
      // Not AbortSignal.any: on a signal that lives as long as the run, each of its signals would stay in memory.
      signal.addEventListener('abort', this.#onAbort, { once: true });
      if (signal.aborted) this.#onAbort();
    }
  }

  /** How it ended, if it was ended here. */
  get ended(): 'aborted' | 'stalled' | 'late' | null {
    return this.#ended;
  }

  get signal(): AbortSignal {
    return this.#stop.signal;
  }

  throwIfEnded(): void {
    if (this.#ended !== null) throw new Error(`the exchange was given up: ${this.#ended}`);
  }

  /** The other side gave a sign of life. */
  heard(): void {
    if (this.#ended !== null) return;
    this.#stopStallTimer();
    this.#stopStallTimer = this.#patience.startTimer(this.#patience.stallTimeoutMs, () =>
      this.#end('stalled'),
    );
  }

  close(): void {
    this.#stopTimer();
    this.#stopStallTimer();
    for (const signal of this.#signals) signal.removeEventListener('abort', this.#onAbort);
  }

  readonly #onAbort = () => this.#end('aborted');

  #end(how: 'aborted' | 'stalled' | 'late'): void {
    this.#ended ??= how;
    this.#stopTimer();
    this.#stopStallTimer();
    this.#stop.abort();
  }
}
