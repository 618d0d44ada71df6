import { parentPort, workerData } from 'node:worker_threads';
import { openRuntime } from '../onnx/choose-runtime.js';
import { yieldToMainThread } from '../onnx/niceness.js';
import { loadModel, type Model } from './model.js';
import { Turns } from './turns.js';
import {
  type LookRequest,
  toPlain,
  type WorkerModel,
  type WorkerReply,
  type WorkerRequest,
  type WorkerStart,
} from './worker-protocol.js';
import { WorkerSession } from './worker-session.js';

/** Runs a model off the main thread, because `run` of the portable runtime blocks its thread. Its sessions take turns. */
async function main({ model: wanted, unfinished }: WorkerStart): Promise<void> {
  const ended = () => {
    Atomics.sub(unfinished, 0, 1);
    Atomics.notify(unfinished, 0);
  };
  const model = await load(wanted).finally(ended);
  if (model === undefined) return;
  const turns = new Turns();
  const sessions = new Map<number, WorkerSession>();
  const sessionOf = (number: number): WorkerSession => {
    const session = sessions.get(number) ?? new WorkerSession(model, turns, wanted.answers);
    sessions.set(number, session);
    return session;
  };
  parentPort?.on('message', (request: WorkerRequest) => {
    if (request.kind === 'look') void look(sessionOf(request.session), request).finally(ended);
    else if (request.kind === 'close') sessions.delete(request.session);
    else void stop(model, [...sessions.values()]);
  });
  reply({ kind: 'loaded' });
}

async function load({ path, runtime, niceness, ...options }: WorkerModel): Promise<Model | undefined> {
  try {
    const model = await loadModel(path, options, await openRuntime(runtime));
    yieldToMainThread(niceness);
    return model;
  } catch (error) {
    reply({ kind: 'failed', look: null, error: toPlain(error) });
    return undefined;
  }
}

async function look(session: WorkerSession, request: LookRequest): Promise<void> {
  const { look } = request;
  try {
    const workedMs = await session.look(request, (event) => reply({ kind: 'event', look, event }));
    reply({ kind: 'done', look, workedMs });
  } catch (error) {
    reply({ kind: 'failed', look, error: toPlain(error) });
  }
}

/** Without a listener on its port the worker has nothing left to do and ends by itself. */
async function stop(model: Model, sessions: readonly WorkerSession[]): Promise<void> {
  parentPort?.removeAllListeners('message');
  await Promise.all(sessions.map((session) => session.idle()));
  parentPort?.unref();
  await model.dispose();
}

function reply(message: WorkerReply): void {
  parentPort?.postMessage(message);
}

await main(workerData as WorkerStart);
