import { SingleBar } from 'cli-progress';
import { clockTime } from '../media/time.js';

/** How far an offline run is, told on a terminal as a bar and elsewhere as a plain line now and then. */
export interface Progress {
  /** `seconds` of the video are done. */
  update(seconds: number): void;
  /** Prints a line without tearing the bar. */
  log(line: string): void;
  stop(): void;
}

/** Lines only: before the work begins, after it, and for programs. */
export function noProgress(output: NodeJS.WriteStream): Progress {
  return { update() {}, log: (line) => void output.write(`${line}\n`), stop() {} };
}

/** A plain line for every tenth of the video. */
const PLAIN_STEP = 0.1;

export function progress(duration: number | null, output: NodeJS.WriteStream, now: () => number): Progress {
  const startedAt = now();
  const speedAt = (seconds: number) => seconds / Math.max(1e-3, (now() - startedAt) / 1000);
  return output.isTTY && duration !== null
    ? bar(duration, output, speedAt)
    : plain(duration, output, speedAt);
}

function bar(duration: number, output: NodeJS.WriteStream, speedAt: (seconds: number) => number): Progress {
  const format = ' {bar} {percentage} % · {speed} × real time · {left} left';
  const single = new SingleBar({ format, stream: output, hideCursor: true, barsize: 32, noTTYOutput: false });
  single.start(duration, 0, { speed: '–', left: '–' });
  return {
    update(seconds) {
      const speed = speedAt(seconds);
      single.update(Math.min(seconds, duration), {
        speed: speed.toFixed(1),
        left: clockTime((duration - seconds) / Math.max(speed, 1e-3)),
      });
    },
    log(line) {
      output.write(`\r\u001b[K${line}\n`);
    },
    stop() {
      single.stop();
    },
  };
}

function plain(
  duration: number | null,
  output: NodeJS.WriteStream,
  speedAt: (seconds: number) => number,
): Progress {
  let told = 0;
  return {
    update(seconds) {
      if (duration === null || seconds / duration < told + PLAIN_STEP) return;
      told = Math.floor(seconds / duration / PLAIN_STEP) * PLAIN_STEP;
      output.write(`${Math.round(told * 100)} % · ${speedAt(seconds).toFixed(1)} × real time\n`);
    },
    log(line) {
      output.write(`${line}\n`);
    },
    stop() {},
  };
}
