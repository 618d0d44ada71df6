import type { GraphOptions, RunOptions } from '../runtime.js';
import type { Tensor, TensorSpec, Tensors } from '../tensor.js';
import { type Argument, addressOf, type Pointer } from './api.js';
import { LOG_LEVEL, loadNative, type Native } from './native.js';
import { specsOf } from './specs.js';
import { copyOf, Values } from './values.js';

/** How often a run in flight is asked whether it is still wanted. */
const CANCEL_POLL_MS = 5;

const NO_OPTIONS = 0n;

/**
 * Threads that spin meet the next of a graph's many small products at once, where waking them takes as long as a small product. Not for
 * longer, nor between two runs: others need the cores, the decoder of the video above all.
 */
const SPINNING = {
  'session.intra_op.allow_spinning': '1',
  'session.intra_op.spin_duration_us': '100',
  'session.force_spinning_stop': '1',
};

/** A run that will be shorter stays on the thread it is asked on: the way to another one and back costs more. */
const SHORT_MS = 1;

/**
 * Owns one OrtSession, and nothing else between two runs: what a run creates is released when it ends, so that a cache is plain memory
 * of JavaScript, and nothing can dangle. `Run` with outputs that are given does what an IoBinding does, and has no state.
 */
export class Session {
  readonly inputs: readonly TensorSpec[];
  readonly outputs: readonly TensorSpec[];
  readonly #native: Native;
  readonly #runs = new Set<Promise<unknown>>();
  /** Names as C strings, which live as long as the session. */
  readonly #names = new Map<string, Buffer>();
  /** The least time that a run took for each element of its inputs; what is expected of the next. */
  #msPerElement = Number.POSITIVE_INFINITY;
  /** 0n once it is disposed. */
  #session: Pointer;

  private constructor(native: Native, session: Pointer) {
    this.#native = native;
    this.#session = session;
    this.inputs = specsOf(native, session, 'Input');
    this.outputs = specsOf(native, session, 'Output');
  }

  /** Raises an error with the library's words for a file that is no graph. */
  static async open(path: string, { threads }: GraphOptions): Promise<Session> {
    const native = await loadNative();
    const { api, env } = native;
    const options = api.get('CreateSessionOptions');
    const session = new BigUint64Array(1);
    try {
      api.call('SetSessionLogSeverityLevel', options, LOG_LEVEL);
      // A plan of the memory would be kept for every shape that was ever run, and each tick brings shapes of its own.
      api.call('DisableMemPattern', options);
      if (threads > 0) api.call('SetIntraOpNumThreads', options, threads);
      for (const [key, value] of Object.entries(SPINNING))
        api.call('AddSessionConfigEntry', options, key, value);
      await api.callAsync('CreateSession', env, path, options, session);
    } finally {
      api.release('ReleaseSessionOptions', options);
    }
    return new Session(native, session[0] as Pointer);
  }

  /**
   * Runs on a thread of its own, but for what is short. Outputs are copies that belong to the caller; those named in `inPlace` are written into the memory of
   * the tensor there, which may be an input too, and are not returned.
   */
  async run(inputs: Tensors, options: RunOptions = {}, inPlace: Tensors = {}): Promise<Tensors> {
    if (this.#session === 0n) throw new Error('it is disposed');
    const run = this.#run(inputs, options, inPlace);
    this.#runs.add(run);
    try {
      return await run;
    } finally {
      this.#runs.delete(run);
    }
  }

  /** Waits for the runs in flight; a second call does nothing. */
  async dispose(): Promise<void> {
    const session = this.#session;
    this.#session = 0n;
    if (session === 0n) return;
    await Promise.allSettled(this.#runs);
    this.#native.api.release('ReleaseSession', session);
  }

  async #run(inputs: Tensors, { cancelled, lastRow }: RunOptions, inPlace: Tensors): Promise<Tensors> {
    const session = this.#session;
    const { api } = this.#native;
    const ours = new Values(this.#native);
    const given = this.outputs.map(({ name }) => inPlace[name]);
    const results = new BigUint64Array(given.length);
    try {
      results.set(given.map((tensor) => (tensor === undefined ? 0n : ours.over(tensor))));
      const feeds = Object.entries(inputs);
      const inputNames = this.#addresses(feeds.map(([name]) => name));
      const inputValues = BigUint64Array.from(feeds, ([, tensor]) => ours.over(tensor));
      const outputNames = this.#addresses(this.outputs.map(({ name }) => name));
      const args = [
        session,
        inputNames,
        inputValues,
        BigInt(feeds.length),
        outputNames,
        BigInt(results.length),
        results,
      ] as const;
      const elements = elementsOf(inputs, inPlace);
      const startedAt = performance.now();
      await this.#call(args, elements * this.#msPerElement < SHORT_MS, cancelled);
      this.#msPerElement = Math.min(this.#msPerElement, (performance.now() - startedAt) / elements);
      return this.#copies(results, given, lastRow);
    } finally {
      for (const [index, result] of results.entries())
        if (given[index] === undefined && result !== 0n) api.release('ReleaseValue', result);
      ours.release();
    }
  }

  #copies(
    results: BigUint64Array,
    given: readonly (Tensor | undefined)[],
    lastRow: string | undefined,
  ): Tensors {
    const copied = this.outputs.flatMap(({ name }, index) =>
      given[index] === undefined
        ? [[name, copyOf(this.#native, name, results[index] as Pointer, name === lastRow)] as const]
        : [],
    );
    return Object.fromEntries(copied);
  }

  /** Ends the run once `cancelled` says so; one that is short is not asked. */
  async #call(
    [session, ...args]: readonly [Pointer, ...Argument[]],
    short: boolean,
    cancelled: RunOptions['cancelled'],
  ): Promise<void> {
    const { api } = this.#native;
    if (short) return api.call('Run', session, NO_OPTIONS, ...args);
    if (cancelled === undefined) return api.callAsync('Run', session, NO_OPTIONS, ...args);
    const options = api.get('CreateRunOptions');
    const timer = setInterval(() => {
      if (cancelled()) api.call('RunOptionsSetTerminate', options);
    }, CANCEL_POLL_MS);
    try {
      await api.callAsync('Run', session, options, ...args);
    } finally {
      clearInterval(timer);
      api.release('ReleaseRunOptions', options);
    }
  }

  #addresses(names: readonly string[]): BigUint64Array {
    return BigUint64Array.from(names, (name) => {
      const text = this.#names.get(name) ?? Buffer.from(`${name}\0`);
      this.#names.set(name, text);
      return addressOf(text);
    });
  }
}

/** Elements of the inputs, what is extended in place apart. */
function elementsOf(inputs: Tensors, inPlace: Tensors): number {
  const shared = new Set(Object.values(inPlace));
  const own = Object.values(inputs).filter((tensor) => !shared.has(tensor));
  return own.reduce((sum, { data }) => sum + data.length, 1);
}
