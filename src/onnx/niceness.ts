import { existsSync, readdirSync } from 'node:fs';
import { getPriority, setPriority } from 'node:os';

/** Only Linux has this list, as only Linux has a niceness for each thread (sched(7)). */
const THREADS = '/proc/self/task';

/** The highest niceness there is. */
const NICEST = 19;

/**
 * Lets the main thread go first: every other thread of the process becomes nicer than it by `niceness`, inference above all, which would
 * else keep frames and captions waiting for a core by turns of several milliseconds. Those of the runtime's and of Node's pool
 * cannot be told apart. Does nothing where the system has no list of threads. Nothing is ever made less nice.
 */
export function yieldToMainThread(niceness: number): void {
  if (!existsSync(THREADS)) return;
  const aim = Math.min(NICEST, getPriority(process.pid) + niceness);
  for (const thread of readdirSync(THREADS).map(Number)) if (thread !== process.pid) raise(thread, aim);
}

function raise(thread: number, aim: number): void {
  try {
    if (getPriority(thread) < aim) setPriority(thread, aim);
  } catch {
    // It has ended since it was listed, or a sandbox forbids it: a courtesy, which nothing depends on.
  }
}
