// The long stream in a process of its own, as a user's Booth runs: what another measurement left in the heap would be collected in its pauses.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { benchLong } from './long.mjs';

const SELF = fileURLToPath(import.meta.url);

/** As `benchLong`, whose options must be plain values. */
export async function benchLongAlone(options) {
  const child = fork(SELF, [JSON.stringify(options)]);
  const [[numbers], [code]] = await Promise.all([
    Promise.race([once(child, 'message'), once(child, 'exit').then(() => [undefined])]),
    once(child, 'exit'),
  ]);
  if (numbers === undefined) throw new Error(`The long stream ended with exit code ${code}.`);
  return numbers;
}

if (process.argv[1] === SELF) {
  process.send(await benchLong(JSON.parse(process.argv[2])));
  process.disconnect();
}
