import { checkFile, graphUnreadable, runFailed } from '../failures.js';
import type { Graph, Runtime } from '../runtime.js';
import { loadNative } from './native.js';
import { Session } from './session.js';
import { InPlaceCache, sharesBuffers, slotsOf } from './shared-cache.js';

/**
 * The fast runtime: the same library as the portable one, by its C API. Runs leave the thread free and can be ended on their way, and a
 * decoder with GroupQueryAttention extends its cache in place. On the processor only. Raises an error where the library has no build.
 */
export async function openFastRuntime(): Promise<Runtime> {
  await loadNative();
  return {
    name: 'fast',
    async load(path, options) {
      await checkFile(path);
      const session = await Session.open(path, options).catch((cause: unknown) => {
        throw graphUnreadable(path, cause);
      });
      return graph(path, session);
    },
  };
}

async function graph(path: string, session: Session): Promise<Graph> {
  const failed = (cause: unknown): never => {
    throw cause instanceof TypeError ? cause : runFailed(path, cause);
  };
  const slots = slotsOf(session.inputs);
  const shares = slots !== undefined && (await sharesBuffers(session, slots));
  return {
    path,
    inputs: session.inputs,
    outputs: session.outputs,
    run: (inputs, options) => session.run(inputs, options).catch(failed),
    ...(shares && { newCache: () => new InPlaceCache(session, slots, failed) }),
    dispose: () => session.dispose(),
  };
}
