import { access } from 'node:fs/promises';
import { InferenceSession, Tensor as OrtTensor } from 'onnxruntime-node';
import { BoothError, messageOf } from '../errors.js';
import { deviceMissing } from './device-help.js';
import type { Graph, GraphOptions, Runtime } from './runtime.js';
import type { Tensor, TensorSpec, Tensors } from './tensor.js';

/**
 * The portable runtime: onnxruntime-node as npm ships it. Its `run` blocks the thread it is called on, so it
 * belongs in a worker; every output is a fresh copy.
 */
export const onnxruntime: Runtime = {
  async load(path, options) {
    await access(path).catch((cause: unknown) => {
      throw new BoothError('MODEL_INVALID', `The model lacks ${path}: get its files again.`, { cause });
    });
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
    // Idle threads must sleep between two ticks: the decoder of the video needs the cores.
    extra: { session: { intra_op: { allow_spinning: '0' } } },
  };
}

/** A provider that cannot start and a file that cannot be read both fail in `create`; only the words tell them apart. */
function loadError(path: string, { device }: GraphOptions, cause: unknown): BoothError {
  const reason = messageOf(cause);
  const isDevice = /backend not found|ExecutionProvider|provider|adapter|CUDA|Vulkan/i.test(reason);
  if (device !== 'cpu' && isDevice) return deviceMissing(device, reason, cause);
  return new BoothError(
    'MODEL_INVALID',
    `${path} is no ONNX graph that can be run (${reason}): the file is damaged, cut short or not for this runtime; get it again.`,
    { cause },
  );
}

function graph(path: string, session: InferenceSession): Graph {
  return {
    path,
    inputs: session.inputMetadata.map(spec),
    outputs: session.outputMetadata.map(spec),
    async run(inputs) {
      try {
        return fromOrt(await session.run(toOrt(inputs)));
      } catch (cause) {
        throw new BoothError('INFERENCE_FAILED', `Running ${path} failed: ${messageOf(cause)}.`, { cause });
      }
    },
    dispose: () => session.release(),
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
  if (type === 'float16' && data instanceof Uint16Array) return { type, dims, data };
  throw new TypeError(`the output ${name} has the type ${type}, which no model of Booth gives`);
}
