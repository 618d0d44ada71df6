// How long the main thread works without a break. A clock cannot tell on a busy machine, where a thread that wants to run waits for a core;
// the processor time that the system has given to it can.
import { readFileSync } from 'node:fs';

/** Nanoseconds on a processor, then nanoseconds of waiting for one; Linux alone tells (Documentation/scheduler/sched-stats.rst). */
const STATISTICS = `/proc/self/task/${process.pid}/schedstat`;

/** Looks at the processor time of the main thread each time that the event loop comes round, between `start` and `stop`. */
export function watchMainThread() {
  let timer;
  let before = null;
  let longest = null;
  const look = () => {
    const now = processorMs();
    if (now !== null && before !== null) longest = Math.max(longest ?? 0, now - before);
    before = now;
  };
  return {
    start() {
      before = processorMs();
      timer = setInterval(look, 1);
    },
    stop: () => clearInterval(timer),
    /** Milliseconds of processor time between two rounds of the event loop; `null` where the system does not tell. */
    longestMs: () => longest,
  };
}

function processorMs() {
  try {
    return Number(readFileSync(STATISTICS, 'latin1').split(' ', 1)[0]) / 1e6;
  } catch {
    return null;
  }
}
