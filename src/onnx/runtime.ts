import type { TensorSpec, Tensors } from './tensor.js';

/** The execution providers of ONNX Runtime that Booth knows. */
export const PROVIDERS = ['cpu', 'webgpu', 'cuda', 'tensorrt', 'coreml', 'dml'] as const;
export type Provider = (typeof PROVIDERS)[number];

export interface GraphOptions {
  readonly device: Provider;
  /** Threads within one operator; 0 lets the runtime choose. */
  readonly threads: number;
}

export interface RunOptions {
  /** Asked while the run goes on, by a runtime that can end one on its way; a run that is ended raises INFERENCE_FAILED. */
  readonly cancelled?: () => boolean;
  /** Of this output only the last row of its innermost dimension is wanted: [1, 1, vocabulary] of [1, tokens, vocabulary]. */
  readonly lastRow?: string;
}

/** A loaded graph. Values only: what `run` returns belongs to the caller and is never written again. */
export interface Graph {
  readonly path: string;
  readonly inputs: readonly TensorSpec[];
  readonly outputs: readonly TensorSpec[];
  /**
   * Raises INFERENCE_FAILED when the runtime refuses the inputs or fails on them, and after `dispose`. The inputs must not be written
   * before it ends.
   */
  run(inputs: Tensors, options?: RunOptions): Promise<Tensors>;
  /** An empty cache of the decoder's past. Absent where the graph or the runtime cannot extend one in place. */
  readonly newCache?: () => SharedCache;
  /** Gives the memory back, after the runs in flight; a second call does nothing. */
  dispose(): Promise<void>;
}

/**
 * Past keys and values that a decoder reads and extends in the same buffers, without copying them. Memory of JavaScript: it needs no
 * disposal, and grows by doubling. One run at a time.
 */
export interface SharedCache {
  /** Positions held. */
  readonly length: number;
  /**
   * Runs the graph over `inputs`, the past apart, which add `count` positions; returns the outputs, the present apart. Raises
   * INFERENCE_FAILED, and then holds what it held before.
   */
  run(inputs: Tensors, count: number, options?: RunOptions): Promise<Tensors>;
  /** Forgets the positions from `length` on, at no cost. Raises a TypeError when it holds fewer. */
  truncate(length: number): void;
}

/** Port: what runs ONNX graphs. */
export interface Runtime {
  readonly name: 'fast' | 'portable';
  /** Raises MODEL_INVALID for a file that is no readable graph, DEVICE_MISSING for a device that cannot be used. */
  load(path: string, options: GraphOptions): Promise<Graph>;
}
