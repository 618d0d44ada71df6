// A worker without a model, which says of look n "Look n." and dies in the middle of the lines of the looks in LETHAL; of LOADING, it dies before that.
import { parentPort, workerData } from 'node:worker_threads';

const lethal = (process.env.LETHAL ?? '').split(',').map(Number);
const stats = { visionMs: 1, prefillMs: 1, decodeMs: 1, tokens: 2, context: 9 };
const ended = () => {
  Atomics.sub(workerData.unfinished, 0, 1);
  Atomics.notify(workerData.unfinished, 0);
};

if (process.env.LOADING === undefined) {
  parentPort.on('message', ({ kind, look }) => {
    if (kind === 'stop') return parentPort.unref();
    if (kind !== 'look') return;
    const tell = (event) =>
      parentPort.postMessage({ kind: 'event', look, event: { confidence: 1, ...event } });
    tell({ kind: 'text', text: 'L' });
    tell({ kind: 'text', text: 'Look' });
    // What was said is on its way before the end is.
    if (lethal.includes(look))
      setImmediate(() => {
        throw new Error(`look ${look} was too much`);
      });
    else {
      tell({ kind: 'text', text: `Look ${look}` });
      tell({ kind: 'end', text: `Look ${look}.`, stats });
      parentPort.postMessage({ kind: 'done', look, workedMs: 3 });
      ended();
    }
  });
  ended();
  parentPort.postMessage({ kind: 'loaded' });
} else {
  const error = { code: 'INFERENCE_FAILED', message: process.env.LOADING, stack: undefined };
  parentPort.postMessage({ kind: 'failed', look: null, error });
  ended();
}
