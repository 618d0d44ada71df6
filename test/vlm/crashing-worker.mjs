// The real worker, which dies of an uncaught error at its second look.
import { parentPort } from 'node:worker_threads';

await import('../../dist/vlm/worker.js');
let looks = 0;
parentPort.on('message', ({ kind }) => {
  if (kind === 'look' && ++looks === 2) throw new Error('struck by lightning');
});
