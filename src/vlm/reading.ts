import { BoothError } from '../errors.js';
import { asFloat32 } from '../onnx/half.js';
import type { GraphName } from '../onnx/names.js';
import type { Graph, Provider } from '../onnx/runtime.js';
import { int64 } from '../onnx/tensor.js';
import { modelInvalid } from './checked-json.js';
import { decoderRuns } from './decoder-runs.js';
import type { Family, Float32Tensor } from './families/family.js';
import type { ModelFolder } from './folder.js';
import { emptyCache, type KvCache } from './kv-cache.js';
import { idsOf, lengthOf, type PromptPart, place, type VisionBlock } from './prompt.js';

/**
 * What the decoder has read so far. A value: extending it makes a new one. Going back to an older one and extending that ends those
 * that had grown from it.
 */
export interface Context {
  readonly cache: KvCache;
  /** Position of the next text token. */
  readonly next: number;
}

/** What the model makes of a token and all before it. */
export interface Reading {
  /** [vocabulary], of the token that follows. */
  readonly logits: Float32Array;
  readonly context: Context;
}

/** What reads a prompt: the embeddings of its tokens, and the decoder. */
export interface Reader {
  readonly empty: Context;
  /**
   * `logits`: [vocabulary] after the last token of `parts`. Raises CONTEXT_OVERFLOW, INFERENCE_FAILED, the latter also for a run that
   * was ended on its way because `cancelled` said so; what `context` holds stays.
   */
  extend(context: Context, parts: readonly PromptPart[], cancelled?: () => boolean): Promise<Reading>;
  /**
   * One reading for each of `ids`, in one run: what `extend` would give one by one, but for the last bits of the numbers. Fewer, though at least one, where
   * the context ends or a device takes no more at once. Raises as `extend` does.
   */
  extendEach(context: Context, ids: readonly number[], cancelled?: () => boolean): Promise<Reading[]>;
}

/**
 * WebGPU's GroupQueryAttention goes another way (FlashAttention) for a longer prompt, and computes wrong where the
 * subgroups are not of the size that it takes for granted (measured on SwiftShader: wrong from 33 tokens, right up to 24; compare
 * microsoft/onnxruntime pull request 28520). It is given its prompts in pieces.
 */
const LONGEST_RUN: Readonly<Partial<Record<Provider, number>>> = { webgpu: 24 };

interface ReaderParts {
  readonly folder: ModelFolder;
  readonly family: Family;
  readonly graphs: Readonly<Record<GraphName, Graph>>;
  readonly device: Provider;
}

export function makeReader({ folder, family, graphs, device }: ReaderParts): Reader {
  const { vision_encoder: vision, embed_tokens: embed, decoder_model_merged: decoder } = graphs;
  const read = decoderRuns(decoder);
  const longestRun = LONGEST_RUN[device] ?? Number.POSITIVE_INFINITY;

  /** [1, tokens of `parts`, hidden] */
  async function embeddings(parts: readonly PromptPart[]): Promise<Float32Tensor> {
    const ids = idsOf(parts);
    const outputs = await embed.run({ input_ids: int64([1, ids.length], ids) });
    const inputs_embeds = asFloat32(outputs.inputs_embeds);
    if (inputs_embeds === undefined) throw modelInvalid(`${embed.path} gave no inputs_embeds`);
    const hidden = inputs_embeds.dims[2] ?? 0;
    let at = 0;
    for (const part of parts) {
      if ('vision' in part) inputs_embeds.data.set(fitting(part.vision, hidden), at * hidden);
      at += lengthOf(part);
    }
    return inputs_embeds;
  }

  /** [tokens · hidden] of a block. */
  function fitting({ features, tokens }: VisionBlock, hidden: number): Float32Array {
    if (features.length === tokens * hidden) return features;
    throw modelInvalid(
      `${vision.path} gave ${features.length / tokens} numbers for each token, but ${embed.path} gives ${hidden}`,
    );
  }

  return {
    empty: { cache: emptyCache(decoder), next: 0 },

    async extend({ cache, next }, parts, cancelled) {
      const count = parts.reduce((sum, part) => sum + lengthOf(part), 0);
      if (count === 0) throw new TypeError('there is nothing to read');
      if (cache.length + count > family.maxContext) throw overflow(folder, family, cache.length + count);
      const embedded = await embeddings(parts);
      const positions = place(next, parts);
      const options = { rows: 1, ...(cancelled && { cancelled }) };
      let grown = cache;
      let last: Float32Array = new Float32Array(0);
      for (let from = 0; from < count; from += longestRun) {
        const range = [from, Math.min(from + longestRun, count)] as const;
        const { logits, cache: longer } = await read(grown, embedded, positions, range, options);
        grown = longer;
        last = logits[0] ?? last;
      }
      return { logits: last, context: { cache: grown, next: positions.next } };
    },

    async extendEach({ cache, next }, ids, cancelled) {
      const room = family.maxContext - cache.length;
      if (ids.length === 0) throw new TypeError('there is nothing to read');
      if (room < 1) throw overflow(folder, family, cache.length + 1);
      const fitting = ids.slice(0, Math.min(room, longestRun));
      const parts = [{ ids: fitting }];
      const embedded = await embeddings(parts);
      const options = { rows: fitting.length, ...(cancelled && { cancelled }) };
      const range = [0, fitting.length] as const;
      const { logits, cache: grown } = await read(cache, embedded, place(next, parts), range, options);
      return logits.map((row, at) => ({
        logits: row,
        context: { cache: grown.first(cache.length + at + 1), next: next + at + 1 },
      }));
    },
  };
}

function overflow({ manifest }: ModelFolder, family: Family, length: number): BoothError {
  const todo =
    manifest.strategy === 'streaming'
      ? 'its context starts anew'
      : 'show it fewer or smaller pictures (vlm.framesPerClip, vlm.width, vlm.height), or lower commentator.recentLines';
  return new BoothError(
    'CONTEXT_OVERFLOW',
    `The prompt has grown to ${length} tokens, but ${manifest.name} holds ${family.maxContext}: ${todo}.`,
  );
}
