import { Worker } from 'node:worker_threads';
import { BoothError } from '../errors.js';
import type { Clock } from '../media/time.js';
import type { Picture } from './pixels.js';
import type { LookEvent } from './vlm.js';
import { Deaths, workerDied } from './worker-deaths.js';
import {
  fromPlain,
  type LookRequest,
  type WorkerModel,
  type WorkerReply,
  type WorkerRequest,
  type WorkerStart,
} from './worker-protocol.js';

/** The built worker: two folders above this file, built or not, is the package. */
const WORKER = new URL('../../dist/vlm/worker.js', import.meta.url);

/** Room for what a look leaves behind: left to itself it grows for the first twenty minutes, and resident memory by a seventh. */
const YOUNG = { maxYoungGenerationSizeMb: 4 };

/** How long the end of the process waits for a run to end. */
const SETTLE_MS = 5_000;

export interface WorkerClientOptions {
  readonly timeoutMs: number;
  /** Another program in the worker's place; for tests of crashes. */
  readonly entry?: URL;
  /** Times the pauses after its deaths. */
  readonly clock?: Clock;
}

/** What a session wants to know of a clip. */
interface Asked extends Pick<LookRequest, 'session' | 'pictures' | 'context'> {
  /** Nobody waits for the answer: a worker that has died is started again without a pause. */
  readonly hasTime: boolean;
}

/** One look in flight. Its events wait here until they are asked for: at most one a token, and one. */
interface Pending {
  readonly events: LookEvent[];
  readonly cancel: Int32Array;
  /** `undefined` while it runs; then how it ended. */
  outcome: 'done' | BoothError | undefined;
  wake: () => void;
  readonly onWorked: (workedMs: number) => void;
}

interface Running {
  readonly worker: Worker;
  /** Shared with the worker: see `WorkerStart`. */
  readonly unfinished: Int32Array;
  /** Resolves once the model is loaded. */
  readonly loaded: Promise<void>;
  /** Resolves with how it came to an end. */
  readonly exited: Promise<BoothError>;
}

/**
 * Owns the worker of one model: starts it, passes looks in and events out, and starts another when one has died: for the next look that has
 * time, or the next after a pause. It is never terminated: `Worker.terminate()` during a run of onnxruntime aborts the whole process.
 */
export class WorkerClient {
  readonly #model: WorkerModel;
  readonly #options: WorkerClientOptions;
  readonly #looks = new Map<number, Pending>();
  readonly #deaths: Deaths;
  #running: Running | undefined;
  #hasLoaded = false;
  #lookCount = 0;
  #sessionCount = 0;
  #closed = false;

  constructor(model: WorkerModel, options: WorkerClientOptions) {
    this.#model = model;
    this.#options = options;
    this.#deaths = new Deaths(options.clock);
  }

  /** Resolves when the model is in memory. Raises what `loadModel` raises, or WORKER_DIED. */
  async ready(): Promise<void> {
    if (this.#closed) throw new TypeError('the model is closed');
    this.#running ??= this.#start();
    await this.#running.loaded;
  }

  newSession(): number {
    return this.#sessionCount++;
  }

  closeSession(session: number): void {
    this.#post({ kind: 'close', session });
  }

  /**
   * `onWorked` is told, after a look that went through, how many milliseconds the model worked for it. A look that has no time raises the
   * same WORKER_DIED throughout a pause.
   */
  async *look(
    asked: Asked,
    onWorked: (workedMs: number) => void,
    signal?: AbortSignal,
  ): AsyncGenerator<LookEvent, void> {
    if (signal?.aborted) return;
    const death = asked.hasTime || this.#running !== undefined ? null : this.#deaths.resting;
    if (death !== null && !this.#closed) throw death;
    await this.ready();
    if (this.#closed || signal?.aborted) return;
    const pending = newPending(onWorked);
    const number = this.#lookCount++;
    const giveUp = (outcome: 'done' | BoothError) => {
      pending.events.length = 0;
      finish(pending, outcome);
      Atomics.store(pending.cancel, 0, 1);
    };
    const onAbort = () => giveUp('done');
    const timer = setTimeout(() => giveUp(timeout(this.#options.timeoutMs)), this.#options.timeoutMs);
    signal?.addEventListener('abort', onAbort, { once: true });
    this.#looks.set(number, pending);
    try {
      this.#post({
        kind: 'look',
        look: number,
        session: asked.session,
        context: asked.context,
        cancel: pending.cancel,
        pictures: asked.pictures.map(picked),
      });
      yield* eventsOf(pending);
    } finally {
      clearTimeout(timer);
      signal?.removeEventListener('abort', onAbort);
      Atomics.store(pending.cancel, 0, 1);
      this.#looks.delete(number);
    }
  }

  /** Ends the looks in flight, lets the worker finish its run and waits until it is gone. */
  async close(): Promise<void> {
    this.#closed = true;
    for (const pending of this.#looks.values()) {
      Atomics.store(pending.cancel, 0, 1);
      finish(pending, 'done');
    }
    const running = this.#running;
    if (running === undefined) return;
    await running.loaded.catch(() => undefined);
    running.worker.postMessage({ kind: 'stop' } satisfies WorkerRequest);
    await running.exited;
  }

  #post(request: WorkerRequest): void {
    const running = this.#running;
    if (running === undefined) return;
    if (request.kind === 'look') Atomics.add(running.unfinished, 0, 1);
    running.worker.postMessage(request);
  }

  #start(): Running {
    const unfinished = shared(1);
    const workerData: WorkerStart = { model: this.#model, unfinished };
    // The flags that Node was started with (loaders, `--input-type`) are for the program that uses Booth.
    const options = { workerData, name: 'booth-vlm', execArgv: [], resourceLimits: YOUNG };
    const worker = new Worker(this.#options.entry ?? WORKER, options);
    const onProcessExit = () => this.#settle(unfinished);
    process.once('exit', onProcessExit);
    let cause: unknown = 'it ended by itself';
    const exited = new Promise<BoothError>((resolve) => {
      worker.once('exit', () => resolve(workerDied(cause)));
    });
    const isFirst = !this.#hasLoaded;
    const loaded = new Promise<void>((resolve, reject) => {
      worker.on('message', (reply: WorkerReply) => {
        if (reply.kind === 'loaded') {
          this.#hasLoaded = true;
          resolve();
        } else if (reply.kind === 'failed' && reply.look === null) {
          const error = fromPlain(reply.error);
          cause = error;
          // One that was loaded before and now fails is as good as dead: there is no look to skip.
          if (isFirst || error.policy === 'fatal') reject(error);
        } else this.#receive(reply);
      });
      void exited.then(reject);
    });
    worker.on('error', (error: unknown) => {
      cause = error;
    });
    const running = { worker, unfinished, loaded, exited };
    void exited.then((death) => {
      process.off('exit', onProcessExit);
      if (this.#running === running) this.#running = undefined;
      this.#deaths.note(death);
      for (const pending of this.#looks.values()) finish(pending, death);
    });
    return running;
  }

  /** `process.exit` ends threads as `terminate` does: the run in flight must be over first. Blocks; bounded. */
  #settle(unfinished: Int32Array): void {
    for (const pending of this.#looks.values()) Atomics.store(pending.cancel, 0, 1);
    const deadline = performance.now() + SETTLE_MS;
    for (;;) {
      const count = Atomics.load(unfinished, 0);
      const left = deadline - performance.now();
      if (count <= 0 || left <= 0) return;
      Atomics.wait(unfinished, 0, count, left);
    }
  }

  #receive(reply: Exclude<WorkerReply, { kind: 'loaded' }>): void {
    const pending = reply.look === null ? undefined : this.#looks.get(reply.look);
    if (pending === undefined) return;
    if (reply.kind === 'done') {
      if (pending.outcome === undefined) {
        this.#deaths.survived();
        pending.onWorked(reply.workedMs);
      }
      finish(pending, 'done');
    } else if (reply.kind === 'failed') finish(pending, fromPlain(reply.error));
    else {
      pending.events.push(reply.event);
      pending.wake();
    }
  }
}

function newPending(onWorked: (workedMs: number) => void): Pending {
  return {
    onWorked,
    events: [],
    cancel: shared(0),
    outcome: undefined,
    wake: () => undefined,
  };
}

/** One int32 that both threads see. */
function shared(value: number): Int32Array {
  return new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT)).fill(value);
}

function finish(pending: Pending, outcome: 'done' | BoothError): void {
  pending.outcome ??= outcome;
  pending.wake();
}

async function* eventsOf(pending: Pending): AsyncGenerator<LookEvent, void> {
  for (;;) {
    const event = pending.events.shift();
    if (event !== undefined) yield event;
    else if (pending.outcome === 'done') return;
    else if (pending.outcome !== undefined) throw pending.outcome;
    else
      await new Promise<void>((resolve) => {
        pending.wake = resolve;
      });
  }
}

/**
 * What the worker needs of a frame. Cloned rather than transferred: the copy is made outside of this thread's heap, whose collector would stop the event loop
 * for the garbage of each look. Cloning takes the whole buffer along, so that a slice of a larger one becomes one of its own.
 */
function picked({ width, height, pixels }: Picture): Picture {
  const whole = pixels.length === pixels.buffer.byteLength;
  return { width, height, pixels: whole ? pixels : new Uint8Array(pixels) };
}

function timeout(timeoutMs: number): BoothError {
  return new BoothError(
    'INFERENCE_TIMEOUT',
    `The model did not answer within ${timeoutMs} ms: it is too slow for this machine, or the machine is busy; raise vlm.timeoutMs or use a smaller model.`,
  );
}
