import { InferenceSession, Tensor } from 'onnxruntime-node';
import { messageOf } from '../errors.js';
import { PROBE_GRAPH } from './probe-graph.js';

/**
 * A program of its own: `node probe-child.js <device>` runs the smallest graph there and writes how it went as one line of JSON.
 * In its own process, because a broken driver crashes whatever has loaded it.
 */
async function probe(device: string): Promise<{ works: boolean; reason: string }> {
  try {
    const session = await InferenceSession.create(PROBE_GRAPH, {
      executionProviders: [device],
      logSeverityLevel: 4,
    });
    const { sum } = await session.run({ value: new Tensor('float32', [0, 1, 2, 3], [4]) });
    await session.release();
    const right = sum !== undefined && [...(sum.data as Float32Array)].join() === '0,2,4,6';
    return { works: right, reason: right ? '' : 'it computes wrong results' };
  } catch (error) {
    return { works: false, reason: messageOf(error) };
  }
}

process.stdout.write(`${JSON.stringify(await probe(process.argv[2] ?? 'cpu'))}\n`);
