// How long the main thread works without a break. A clock cannot tell on a busy machine, where a thread that wants to run waits for a core;
// the processor time that the system has given to it can.
import { closeSync, openSync, readSync } from 'node:fs';

/** Nanoseconds on a processor, then nanoseconds of waiting for one; Linux alone tells (Documentation/scheduler/sched-stats.rst). */
const STATISTICS = `/proc/self/task/${process.pid}/schedstat`;

/** Looks at the processor time of the main thread each time that the event loop comes round, between `start` and `stop`. */
export function watchMainThread() {
  const clock = openClock();
  let timer;
  let before = null;
  let longest = null;
  const look = () => {
    const now = clock.ms();
    if (now !== null && before !== null) longest = Math.max(longest ?? 0, now - before);
    before = now;
  };
  return {
    start() {
      before = clock.ms();
      timer = setInterval(look, 1);
    },
    stop() {
      clearInterval(timer);
      clock.close();
    },
    /** Milliseconds of processor time between two rounds of the event loop; `null` where the system does not tell. */
    longestMs: () => longest,
  };
}

/** Leaves nothing to collect: `readFileSync` takes 64 KiB for a file whose size is not told, a thousand times a second, and the pauses to collect them. */
function openClock() {
  const bytes = Buffer.alloc(128);
  let file = null;
  try {
    file = openSync(STATISTICS);
  } catch {
    // Another system.
  }
  return {
    ms: () =>
      file === null
        ? null
        : Number(bytes.latin1Slice(0, readSync(file, bytes, 0, bytes.length, 0)).split(' ', 1)[0]) / 1e6,
    close() {
      if (file !== null) closeSync(file);
      file = null;
    },
  };
}
