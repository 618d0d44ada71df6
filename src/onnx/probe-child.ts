import { dirname } from 'node:path';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { messageOf } from '../errors.js';
import { type DeviceFault, deviceHelp, withoutSource } from './device-help.js';
import { findLibrary } from './native/library.js';
import { PROBE_GRAPH } from './probe-graph.js';
import { providerFault } from './provider-fault.js';
import { PROVIDERS, type Provider } from './runtime.js';

/**
 * A program of its own: `node probe-child.js <device>` runs the smallest graph there and writes what is wrong as one line of JSON, or `null`.
 * In its own process, because a broken driver crashes whatever has loaded it.
 */
async function probe(device: Provider): Promise<DeviceFault | null> {
  try {
    const session = await InferenceSession.create(PROBE_GRAPH, {
      executionProviders: [device],
      logSeverityLevel: 4,
    });
    const { sum } = await session.run({ value: new Tensor('float32', [0, 1, 2, 3], [4]) });
    await session.release();
    const right = sum !== undefined && [...(sum.data as Float32Array)].join() === '0,2,4,6';
    return right ? null : { reason: 'it computes wrong results', help: deviceHelp(device) };
  } catch (error) {
    const known =
      device === 'cuda' || device === 'tensorrt'
        ? await providerFault(device, dirname(await findLibrary()))
        : undefined;
    return known ?? { reason: withoutSource(messageOf(error)), help: deviceHelp(device) };
  }
}

const device = PROVIDERS.find((name) => name === process.argv[2]) ?? 'cpu';
process.stdout.write(`${JSON.stringify({ fault: await probe(device) })}\n`);
