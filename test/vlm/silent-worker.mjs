// The real worker, from which nothing is heard of its looks.
import { parentPort } from 'node:worker_threads';

const post = parentPort.postMessage.bind(parentPort);
parentPort.postMessage = (reply) => {
  if (reply.kind === 'loaded') post(reply);
};
await import('../../dist/vlm/worker.js');
