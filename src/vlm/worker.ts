import { parentPort, workerData } from 'node:worker_threads';
import { onnxruntime } from '../onnx/onnxruntime.js';
import { loadModel, type Model } from './model.js';
import { newStrategy } from './strategies/registry.js';
import type { Strategy } from './strategies/strategy.js';
import {
  toPlain,
  type WorkerModel,
  type WorkerReply,
  type WorkerRequest,
  type WorkerStart,
} from './worker-protocol.js';

/**
 * Runs a model off the main thread, because `run` of onnxruntime-node blocks its thread. One look at a time, in the
 * order asked; at most one of each session waits, so the queue is bounded by the number of sessions.
 */
async function main({ model: wanted, unfinished }: WorkerStart): Promise<void> {
  const ended = () => {
    Atomics.sub(unfinished, 0, 1);
    Atomics.notify(unfinished, 0);
  };
  const model = await load(wanted).finally(ended);
  if (model === undefined) return;
  const sessions = new Map<number, Strategy>();
  let work = Promise.resolve();
  parentPort?.on('message', (request: WorkerRequest) => {
    if (request.kind === 'look') work = work.then(() => look(model, sessions, request)).finally(ended);
    else if (request.kind === 'close') work = work.then(() => void sessions.delete(request.session));
    else work = work.then(() => stop(model));
  });
  reply({ kind: 'loaded' });
}

async function load({ path, ...options }: WorkerModel): Promise<Model | undefined> {
  try {
    return await loadModel(path, options, onnxruntime);
  } catch (error) {
    reply({ kind: 'failed', look: null, error: toPlain(error) });
    return undefined;
  }
}

type LookRequest = Extract<WorkerRequest, { kind: 'look' }>;

async function look(
  model: Model,
  sessions: Map<number, Strategy>,
  request: LookRequest,
): Promise<void> {
  const { look, session: number, pictures, context, cancel } = request;
  const cancelled = () => Atomics.load(cancel, 0) !== 0;
  const session = sessions.get(number) ?? newStrategy(model);
  sessions.set(number, session);
  try {
    if (!cancelled())
      for await (const event of session.look(pictures, context, cancelled))
        reply({ kind: 'event', look, event });
    reply({ kind: 'done', look });
  } catch (error) {
    reply({ kind: 'failed', look, error: toPlain(error) });
  }
}

/** Without a listener on its port the worker has nothing left to do and ends by itself. */
async function stop(model: Model): Promise<void> {
  parentPort?.removeAllListeners('message');
  parentPort?.unref();
  await model.dispose();
}

function reply(message: WorkerReply): void {
  parentPort?.postMessage(message);
}

await main(workerData as WorkerStart);
