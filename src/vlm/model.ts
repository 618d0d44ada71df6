import { BoothError } from '../errors.js';
import { checkContract } from '../onnx/contract.js';
import type { Graph, GraphOptions, Provider, RunOptions, Runtime } from '../onnx/runtime.js';
import { float32, int64, type Tensor } from '../onnx/tensor.js';
import { modelInvalid } from './checked-json.js';
import type { Family } from './families/family.js';
import { familyOf } from './families/registry.js';
import { GRAPHS, type ModelFolder, openFolder, readModelType } from './folder.js';
import { emptyCache, type KvCache } from './kv-cache.js';
import type { Picture } from './pixels.js';
import type { Positions } from './positions.js';
import { idsOf, lengthOf, type PromptPart, place, type VisionBlock } from './prompt.js';
import { makeTokenizer, type Tokenizer } from './tokenizer.js';

/**
 * What the decoder has read so far. A value: extending it makes a new one. Going back to an older one and extending that ends those
 * that had grown from it.
 */
export interface Context {
  readonly cache: KvCache;
  /** Position of the next text token. */
  readonly next: number;
}

/** A model whose weights are in memory: from pictures to features, from a prompt to logits. */
export interface Model {
  readonly folder: ModelFolder;
  readonly tokenizer: Tokenizer;
  readonly empty: Context;
  see(pictures: readonly Picture[]): Promise<VisionBlock>;
  /**
   * `logits`: [vocabulary] after the last token of `parts`. Raises CONTEXT_OVERFLOW, INFERENCE_FAILED, the latter also for a run that
   * was ended on its way because `cancelled` said so; what `context` holds stays.
   */
  extend(
    context: Context,
    parts: readonly PromptPart[],
    cancelled?: () => boolean,
  ): Promise<{ logits: Float32Array; context: Context }>;
  dispose(): Promise<void>;
}

/** Loads a model folder. Raises MODEL_TYPE_UNKNOWN, MODEL_INVALID, DEVICE_MISSING. */
export async function loadModel(
  path: string,
  options: GraphOptions & { readonly dtype: string },
  runtime: Runtime,
): Promise<Model> {
  const makeFamily = familyOf(await readModelType(path));
  const folder = await openFolder(path, options.dtype);
  const family = makeFamily(folder);
  const tokenizer = makeTokenizer(
    folder.tokenizer.path,
    folder.tokenizer.definition,
    folder.tokenizer.config,
  );
  const graphs = await loadGraphs(folder, family, options, runtime);
  return makeModel(folder, family, tokenizer, graphs, options.device);
}

type Graphs = Readonly<Record<(typeof GRAPHS)[number], Graph>>;

async function loadGraphs(
  folder: ModelFolder,
  family: Family,
  options: GraphOptions,
  runtime: Runtime,
): Promise<Graphs> {
  const loaded: Graph[] = [];
  try {
    for (const name of GRAPHS) {
      const graph = await runtime.load(folder.graphs[name], options);
      loaded.push(graph);
      checkContract(graph, family.contracts[name]);
    }
    const [vision_encoder, embed_tokens, decoder_model_merged] = loaded as [Graph, Graph, Graph];
    checkTokens(folder, decoder_model_merged);
    return { vision_encoder, embed_tokens, decoder_model_merged };
  } catch (error) {
    await Promise.all(loaded.map((graph) => graph.dispose()));
    throw error;
  }
}

/** The manifest's tokens must be in the vocabulary that the decoder scores. */
function checkTokens({ manifest }: ModelFolder, decoder: Graph): void {
  const vocabulary = decoder.outputs.find(({ name }) => name === 'logits')?.dims[2];
  for (const [name, id] of Object.entries(manifest.tokens)) {
    if (typeof vocabulary === 'number' && id >= vocabulary)
      throw modelInvalid(
        `booth.json says that the token "${name}" is ${id}, but the decoder knows ${vocabulary} tokens`,
      );
  }
}

/**
 * WebGPU's GroupQueryAttention goes another way (FlashAttention) for a longer prompt, and computes wrong where the
 * subgroups are not of the size that it takes for granted (measured on SwiftShader: wrong from 33 tokens, right up to 24; compare
 * microsoft/onnxruntime pull request 28520). It is given its prompts in pieces.
 */
const LONGEST_RUN: Readonly<Partial<Record<Provider, number>>> = { webgpu: 24 };

type Float32Tensor = Extract<Tensor, { type: 'float32' }>;

function makeModel(
  folder: ModelFolder,
  family: Family,
  tokenizer: Tokenizer,
  graphs: Graphs,
  device: Provider,
): Model {
  const { vision_encoder: vision, embed_tokens: embed, decoder_model_merged: decoder } = graphs;
  const pad = folder.manifest.tokens.videoPad;
  const keepsLogits = decoder.inputs.some(({ name }) => name === 'num_logits_to_keep');
  const longestRun = LONGEST_RUN[device] ?? Number.POSITIVE_INFINITY;

  /** [1, tokens of `parts`, hidden] */
  async function embeddings(parts: readonly PromptPart[]): Promise<Float32Tensor> {
    const ids = idsOf(parts, pad);
    const { inputs_embeds } = await embed.run({ input_ids: int64([1, ids.length], ids) });
    if (inputs_embeds?.type !== 'float32') throw modelInvalid(`${embed.path} gave no float32 inputs_embeds`);
    const hidden = inputs_embeds.dims[2] ?? 0;
    let at = 0;
    for (const part of parts) {
      if ('vision' in part) inputs_embeds.data.set(part.vision.features, at * hidden);
      at += lengthOf(part);
    }
    return inputs_embeds;
  }

  /** Reads tokens `from`–`to` of what was embedded into the cache. */
  async function read(
    cache: KvCache,
    embedded: Float32Tensor,
    { t, h, w }: Positions,
    [from, to]: readonly [number, number],
    options?: RunOptions,
  ): Promise<{ logits: Float32Array; cache: KvCache }> {
    const count = to - from;
    const length = cache.length + count;
    const hidden = embedded.dims[2] ?? 0;
    const inputs = {
      inputs_embeds: float32([1, count, hidden], embedded.data.slice(from * hidden, to * hidden)),
      // GroupQueryAttention reads the mask's whole length: a mask of the new tokens only corrupts the cache.
      attention_mask: { type: 'int64', dims: [1, length], data: new BigInt64Array(length).fill(1n) } as const,
      position_ids: int64(
        [3, 1, count],
        [t, h, w].flatMap((axis) => axis.slice(from, to)),
      ),
      ...(keepsLogits && { num_logits_to_keep: int64([], [1]) }),
    };
    const { outputs, cache: grown } = await cache.read(inputs, count, { lastRow: 'logits', ...options });
    const { logits } = outputs;
    if (logits?.type !== 'float32') throw modelInvalid(`${decoder.path} gave no float32 logits`);
    return { logits: logits.data, cache: grown };
  }

  return {
    folder,
    tokenizer,
    empty: { cache: emptyCache(decoder), next: 0 },

    async see(pictures) {
      const { inputs, tokens, positions } = family.vision(pictures);
      const features = (await vision.run(inputs))[family.featuresName];
      if (features?.type !== 'float32' || features.dims[0] !== tokens)
        throw modelInvalid(
          `${vision.path} gave ${family.featuresName} [${features?.dims.join(', ')}] for pictures that should become ${tokens} tokens`,
        );
      return { features: features.data, tokens, positions };
    },

    async extend({ cache, next }, parts, cancelled) {
      const count = parts.reduce((sum, part) => sum + lengthOf(part), 0);
      if (count === 0) throw new TypeError('there is nothing to read');
      if (cache.length + count > family.maxContext) throw overflow(folder, family, cache.length + count);
      const embedded = await embeddings(parts);
      const positions = place(family, next, parts);
      const options = cancelled && { cancelled };
      let after: { logits: Float32Array; cache: KvCache } = { logits: new Float32Array(0), cache };
      for (let from = 0; from < count; from += longestRun) {
        const range = [from, Math.min(from + longestRun, count)] as const;
        after = await read(after.cache, embedded, positions, range, options);
      }
      return { logits: after.logits, context: { cache: after.cache, next: positions.next } };
    },

    async dispose() {
      await Promise.all([vision, embed, decoder].map((graph) => graph.dispose()));
    },
  };
}

function overflow(folder: ModelFolder, family: Family, length: number): BoothError {
  return new BoothError(
    'CONTEXT_OVERFLOW',
    `The prompt has grown to ${length} tokens, but ${folder.manifest.name} holds ${family.maxContext}: its context starts anew.`,
  );
}
