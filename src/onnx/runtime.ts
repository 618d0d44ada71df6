import type { TensorSpec, Tensors } from './tensor.js';

/** The execution providers of ONNX Runtime that Booth knows. */
export const PROVIDERS = ['cpu', 'webgpu', 'cuda', 'tensorrt', 'coreml', 'dml'] as const;
export type Provider = (typeof PROVIDERS)[number];

export interface GraphOptions {
  readonly device: Provider;
  /** Threads within one operator; 0 lets the runtime choose. */
  readonly threads: number;
}

/** A loaded graph. Values only: what `run` returns belongs to the caller and is never written again. */
export interface Graph {
  readonly path: string;
  readonly inputs: readonly TensorSpec[];
  readonly outputs: readonly TensorSpec[];
  /** Raises INFERENCE_FAILED when the runtime refuses the inputs or fails on them. */
  run(inputs: Tensors): Promise<Tensors>;
  /** Gives the memory back; must not be called during a run. */
  dispose(): Promise<void>;
}

/** Port: what runs ONNX graphs. */
export interface Runtime {
  /** Raises MODEL_INVALID for a file that is no readable graph, DEVICE_MISSING for a device that cannot be used. */
  load(path: string, options: GraphOptions): Promise<Graph>;
}
