import { SingleBar } from 'cli-progress';
import { megabytes } from '../hub/disk.js';
import type { PullProgress } from '../hub/pull.js';

export interface PullTeller extends PullProgress {
  stop(): void;
}

/** A plain line for every tenth of the model. */
const PLAIN_STEP = 0.1;

/** How far a pull is: a bar on a terminal, plain lines elsewhere. */
export function pullProgress(output: NodeJS.WriteStream): PullTeller {
  const bar = output.isTTY ? makeBar(output) : null;
  let total = 0;
  let told = 0;
  return {
    listed(dtypes, files, bytes) {
      total = bytes;
      output.write(`${dtypes.join(', ')}: ${files} files, ${megabytes(bytes)}\n`);
      bar?.start(bytes, 0, { came: '–', all: megabytes(bytes) });
    },
    at(bytes) {
      bar?.update(bytes, { came: megabytes(bytes) });
      const share = total === 0 ? 0 : bytes / total;
      if (bar !== null || share < told + PLAIN_STEP) return;
      told = Math.floor(share / PLAIN_STEP) * PLAIN_STEP;
      output.write(`${Math.round(told * 100)} % · ${megabytes(bytes)}\n`);
    },
    stop() {
      bar?.stop();
    },
  };
}

/** For programs, who hear of the end alone. */
export function silentProgress(): PullTeller {
  return { listed() {}, at() {}, stop() {} };
}

function makeBar(output: NodeJS.WriteStream): SingleBar {
  const format = ' {bar} {percentage} % · {came} of {all} · {eta_formatted} left';
  return new SingleBar({ format, stream: output, hideCursor: true, barsize: 32, noTTYOutput: false });
}
