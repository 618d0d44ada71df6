import type { ExpectedTensors, GraphContract } from '../../onnx/contract.js';

/** Graphs of half precision may take and give halves; they are converted. */
export const FLOAT = ['float32', 'float16'] as const;
export const INT64 = ['int64'] as const;

const CACHE = { types: FLOAT, rank: 4 };

/** Every family's: tokens → embeddings. */
export const EMBED_TOKENS: GraphContract = {
  inputs: { input_ids: { types: INT64, rank: 2 } },
  outputs: { inputs_embeds: { types: FLOAT, rank: 3 } },
};

/**
 * A decoder with a cache of `layers` layers. `positions` is 3 where position_ids are [3, batch, tokens] (M-RoPE), and 2 where they are
 * [batch, tokens], which exports may leave out.
 */
export function decoderContract(layers: number, positions: 2 | 3): GraphContract {
  const position_ids = { types: INT64, rank: positions };
  return {
    inputs: {
      inputs_embeds: { types: FLOAT, rank: 3 },
      attention_mask: { types: INT64, rank: 2 },
      ...(positions === 3 && { position_ids }),
      ...caches('past_key_values', layers),
    },
    optional: {
      num_logits_to_keep: { types: INT64, rank: 0 },
      ...(positions === 2 && { position_ids }),
    },
    outputs: { logits: { types: FLOAT, rank: 3 }, ...caches('present', layers) },
  };
}

function caches(prefix: string, layers: number): ExpectedTensors {
  return Object.fromEntries(
    Array.from({ length: layers }, (_, layer) =>
      ['key', 'value'].map((part) => [`${prefix}.${layer}.${part}`, CACHE]),
    ).flat(),
  );
}
