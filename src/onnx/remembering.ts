import { createHash } from 'node:crypto';
import type { Graph } from './runtime.js';
import type { Tensors } from './tensor.js';

/** Pictures come again within a few looks or not at all: more would only be memory that fills for minutes and serves nobody. */
const MAX_RUNS = 32;

/**
 * The graph, which does not run again for what it was given lately: the same bytes give the outputs of before. For a vision encoder, whose
 * pictures repeat when a video stands still or several sessions look at one. Bound: the outputs of MAX_RUNS runs, and `maxBytes` of them; what
 * was not used for longest goes.
 */
export function remembering(graph: Graph, maxBytes: number): Graph {
  const kept = new Map<string, Tensors>();
  let bytes = 0;
  const keep = (key: string, outputs: Tensors) => {
    kept.set(key, outputs);
    bytes += byteLength(outputs);
    for (const [oldest, old] of kept) {
      if (kept.size <= MAX_RUNS && bytes <= maxBytes) break;
      kept.delete(oldest);
      bytes -= byteLength(old);
    }
  };
  return {
    path: graph.path,
    inputs: graph.inputs,
    outputs: graph.outputs,
    async run(inputs, ...options) {
      const key = fingerprint(inputs);
      const known = kept.get(key);
      if (known === undefined) {
        const outputs = await graph.run(inputs, ...options);
        if (!kept.has(key)) keep(key, outputs);
        return outputs;
      }
      // Put at the end again: a Map keeps the order of insertion, so the first is the one not used for longest.
      kept.delete(key);
      kept.set(key, known);
      return known;
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
