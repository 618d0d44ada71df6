import { InferenceSession, Tensor as OrtTensor } from 'onnxruntime-node';
import { messageOf } from '../errors.js';
import { deviceHelp, deviceMissing, withoutSource } from './device-help.js';
import { checkFile, graphUnreadable, runFailed } from './failures.js';
import type { Graph, GraphOptions, RunOptions, Runtime } from './runtime.js';
import type { Tensor, TensorSpec, Tensors } from './tensor.js';

/**
 * The portable runtime: onnxruntime-node as npm ships it. Its `run` blocks the thread it is called on, so it
 * belongs in a worker, and cannot be ended on its way; every output is a fresh copy.
 */
export const onnxruntime: Runtime = {
  name: 'portable',
  async load(path, options) {
    await checkFile(path);
    const session = await InferenceSession.create(path, sessionOptions(options)).catch((cause: unknown) => {
      throw loadError(path, options, cause);
    });
    return graph(path, session);
  },
};

function sessionOptions(options: GraphOptions): InferenceSession.SessionOptions {
  return {
    executionProviders: [options.device],
    ...(options.threads > 0 && { intraOpNumThreads: options.threads }),
    logSeverityLevel: 4,
    // A plan of the memory would be kept for every shape that was ever run, and each tick brings shapes of its own.
    enableMemPattern: false,
    // Idle threads must sleep between two ticks: the decoder of the video needs the cores.
    extra: { session: { intra_op: { allow_spinning: '0' } } },
  };
}

/** A provider that cannot start and a file that cannot be read both fail in `create`; only the words tell them apart. */
function loadError(path: string, { device }: GraphOptions, cause: unknown): Error {
  const reason = messageOf(cause);
  const isDevice = /backend not found|ExecutionProvider|provider|adapter|CUDA|Vulkan/i.test(reason);
  if (device !== 'cpu' && isDevice)
    return deviceMissing(device, { reason: withoutSource(reason), help: deviceHelp(device) }, cause);
  return graphUnreadable(path, cause);
}

function graph(path: string, session: InferenceSession): Graph {
  const runs = new Set<Promise<unknown>>();
  let released: Promise<void> | undefined;
  async function run(inputs: Tensors, { lastRow }: RunOptions): Promise<Tensors> {
    const unknown = Object.keys(inputs).find((name) => !session.inputNames.includes(name));
    if (unknown !== undefined) throw new Error(`it has no input "${unknown}"`);
    const outputs = fromOrt(await session.run(toOrt(inputs)));
    const whole = lastRow === undefined ? undefined : outputs[lastRow];
    return lastRow === undefined || whole === undefined ? outputs : { ...outputs, [lastRow]: last(whole) };
  }
  return {
    path,
    inputs: session.inputMetadata.map(spec),
    outputs: session.outputMetadata.map(spec),
    async run(inputs, options = {}) {
      const running =
        released === undefined ? run(inputs, options) : Promise.reject(new Error('it is disposed'));
      runs.add(running);
      try {
        return await running;
      } catch (cause) {
        throw runFailed(path, cause);
      } finally {
        runs.delete(running);
      }
    },
    dispose() {
      released ??= Promise.allSettled(runs).then(() => session.release());
      return released;
    },
  };
}

function spec(metadata: InferenceSession.ValueMetadata): TensorSpec {
  if (!metadata.isTensor) return { name: metadata.name, type: 'not a tensor', dims: [] };
  return { name: metadata.name, type: metadata.type, dims: metadata.shape };
}

function toOrt(tensors: Tensors): Record<string, OrtTensor> {
  return Object.fromEntries(
    Object.entries(tensors).map(([name, { type, data, dims }]) => [name, new OrtTensor(type, data, dims)]),
  );
}

function fromOrt(values: InferenceSession.OnnxValueMapType): Tensors {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, tensor(name, value)]));
}

function tensor(name: string, value: OrtTensor): Tensor {
  const { type, dims, data } = value;
  if (type === 'float32' && data instanceof Float32Array) return { type, dims, data };
  if (type === 'int64' && data instanceof BigInt64Array) return { type, dims, data };
  // From Node 24 on they come as Float16Array.
  if (type === 'float16' && ArrayBuffer.isView(data))
    return { type, dims, data: new Uint16Array(data.buffer, data.byteOffset, data.length) };
  throw new TypeError(`the output ${name} has the type ${type}, which no model of Booth gives`);
}

/** The last row of the innermost dimension. */
function last(tensor: Tensor): Tensor {
  const { dims, data } = tensor;
  const row = dims.at(-1) ?? 1;
  const one = { dims: dims.map((dim, axis) => (axis === dims.length - 1 ? dim : 1)) };
  return { ...tensor, ...one, data: data.subarray(data.length - row) } as Tensor;
}
