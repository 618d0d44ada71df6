import { type Booth, type BoothOptions, openBooth } from '../booth.js';
import type { Output } from './output.js';

/** Opens a booth, tells what it says, lends it to `use`, and closes it whatever happens. */
export async function withBooth(
  options: BoothOptions,
  output: Output,
  use: (booth: Booth) => Promise<void>,
): Promise<void> {
  let booth: Booth | undefined;
  try {
    booth = await openBooth({ ...options, onWarning: (error) => output.warn(error.message) });
    output.ready(booth);
    // Errors of the run reach `use` through `booth.run()`.
    booth.cues.subscribe({ next: (cue) => output.cue(cue), error: () => {} });
    const { memory } = output;
    if (memory !== null) booth.recollections.subscribe({ next: memory, error: () => {} });
    await use(booth);
  } finally {
    await booth?.close();
    output.end();
  }
}
