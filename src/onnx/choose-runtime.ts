import { BoothError, messageOf } from '../errors.js';
import type { Provider, Runtime } from './runtime.js';

/** What a user may ask for; `auto` is the fast one where it can be had. */
export type RuntimeChoice = 'auto' | Runtime['name'];

export interface ChosenRuntime {
  readonly name: Runtime['name'];
  /** Why it is not the fast one, where that could have been. */
  readonly warning: BoothError | undefined;
}

/** Opens the runtime once, so that what is chosen works. Raises RUNTIME_MISSING when `fast` is asked for and cannot be had. */
export async function chooseRuntime(choice: RuntimeChoice, device: Provider): Promise<ChosenRuntime> {
  if (choice === 'portable') return { name: 'portable', warning: undefined };
  if (device !== 'cpu') {
    if (choice === 'fast')
      throw runtimeMissing(`it runs on the processor only, and the model is on ${device}`);
    return { name: 'portable', warning: undefined };
  }
  try {
    return { name: (await openRuntime('fast')).name, warning: undefined };
  } catch (cause) {
    const missing = runtimeMissing(messageOf(cause), cause);
    if (choice === 'fast') throw missing;
    return { name: 'portable', warning: missing };
  }
}

/** Loads only what the runtime needs: neither library is in memory for the other. */
export async function openRuntime(name: Runtime['name']): Promise<Runtime> {
  if (name === 'fast') return (await import('./native/fast.js')).openFastRuntime();
  return (await import('./onnxruntime.js')).onnxruntime;
}

function runtimeMissing(reason: string, cause?: unknown): BoothError {
  return new BoothError(
    'RUNTIME_MISSING',
    `The fast runtime cannot be used (${reason}): models run on the portable one, which is slower; --runtime portable says so without this warning.`,
    { cause },
  );
}
