import { createHash } from 'node:crypto';
import type { Graph } from './runtime.js';
import type { Tensors } from './tensor.js';

/** Pictures come again within a few looks or not at all: more would only be memory that fills for minutes and serves nobody. */
const MAX_RUNS = 32;

export interface RememberingGraph extends Graph {
  /**
   * The outputs for each of `inputs`. `run` makes those that are not remembered, each input once, and gives them in their order; what it
   * raises is raised.
   */
  runEach(
    inputs: readonly Tensors[],
    run: (unknown: readonly Tensors[]) => Promise<readonly Tensors[]>,
  ): Promise<Tensors[]>;
}

/**
 * The graph, which does not run again for what it was given lately: the same bytes give the outputs of before. For a vision encoder, whose
 * pictures repeat when a video stands still or several sessions look at one. Bound: the outputs of MAX_RUNS runs, and `maxBytes` of them; what
 * was not used for longest goes.
 */
export function remembering(graph: Graph, maxBytes: number): RememberingGraph {
  const kept = new Map<string, Tensors>();
  let bytes = 0;
  /** Puts it at the end, also again: a Map keeps the order of insertion, so the first is the one not used for longest. */
  const keep = (key: string, outputs: Tensors) => {
    forget(key);
    kept.set(key, outputs);
    bytes += byteLength(outputs);
    for (const oldest of kept.keys()) {
      if (kept.size <= MAX_RUNS && bytes <= maxBytes) break;
      forget(oldest);
    }
  };
  const forget = (key: string) => {
    bytes -= byteLength(kept.get(key) ?? {});
    kept.delete(key);
  };
  const runEach: RememberingGraph['runEach'] = async (inputs, run) => {
    const keys = inputs.map(fingerprint);
    const found = new Map<string, Tensors>();
    const unknown = new Map<string, Tensors>();
    for (const [at, each] of inputs.entries()) {
      const key = keys[at] as string;
      const known = kept.get(key);
      if (known === undefined) unknown.set(key, each);
      else found.set(key, known);
    }
    const made = unknown.size === 0 ? [] : await run([...unknown.values()]);
    for (const [at, key] of [...unknown.keys()].entries()) found.set(key, made[at] as Tensors);
    for (const [key, outputs] of found) keep(key, outputs);
    return keys.map((key) => found.get(key) as Tensors);
  };
  return {
    path: graph.path,
    inputs: graph.inputs,
    outputs: graph.outputs,
    runEach,
    async run(inputs, ...options) {
      const [outputs] = await runEach([inputs], async () => [await graph.run(inputs, ...options)]);
      return outputs as Tensors;
    },
    async dispose() {
      kept.clear();
      bytes = 0;
      await graph.dispose();
    },
  };
}

function fingerprint(inputs: Tensors): string {
  const hash = createHash('sha256');
  for (const [name, { type, dims, data }] of Object.entries(inputs)) {
    hash.update(`${name} ${type} ${dims.join('×')}\n`);
    hash.update(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
  }
  return hash.digest('base64');
}

function byteLength(tensors: Tensors): number {
  return Object.values(tensors).reduce((sum, { data }) => sum + data.byteLength, 0);
}
