import { BoothError } from '../errors.js';
import { checkContract } from '../onnx/contract.js';
import { asDeclared, asFloat32 } from '../onnx/half.js';
import { GRAPHS, type GraphName } from '../onnx/names.js';
import { remembering } from '../onnx/remembering.js';
import type { Graph, GraphOptions, Provider, Runtime } from '../onnx/runtime.js';
import { int64, type Tensors } from '../onnx/tensor.js';
import { modelInvalid } from './checked-json.js';
import { declared, decoderRuns } from './decoder-runs.js';
import type { Family, Float32Tensor, Sight } from './families/family.js';
import type { FolderChoice, ModelFolder } from './folder.js';
import { emptyCache, type KvCache } from './kv-cache.js';
import type { Manifest, StreamingManifest } from './manifest.js';
import { openModel } from './open-model.js';
import type { Picture } from './pixels.js';
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

/** What the model makes of a token and all before it. */
export interface Reading {
  /** [vocabulary], of the token that follows. */
  readonly logits: Float32Array;
  readonly context: Context;
}

/** A model whose weights are in memory: from pictures to features, from a prompt to logits. */
export interface Model<M extends Manifest = Manifest> {
  readonly folder: ModelFolder<M>;
  readonly family: Family;
  readonly tokenizer: Tokenizer;
  readonly empty: Context;
  /** Pictures of one clip as one block of a video. Raises MODEL_INVALID for a family that has no videos. */
  see(pictures: readonly Picture[], cancelled?: () => boolean): Promise<VisionBlock>;
  /** The features of every block of `sight`. */
  encode(sight: Sight, cancelled?: () => boolean): Promise<VisionBlock[]>;
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
  dispose(): Promise<void>;
}

/** A model that was trained to watch. */
export type StreamingModel = Model<StreamingManifest>;

export function isStreaming(model: Model): model is StreamingModel {
  return model.folder.manifest.strategy === 'streaming';
}

/** Loads a model folder. Raises MODEL_TYPE_UNKNOWN, MODEL_INVALID, CONFIG_INVALID, DEVICE_MISSING. */
export async function loadModel(
  path: string,
  options: GraphOptions & FolderChoice,
  runtime: Runtime,
): Promise<Model> {
  const { folder, family } = await openModel(path, options);
  const tokenizer = makeTokenizer(
    folder.tokenizer.path,
    folder.tokenizer.definition,
    folder.tokenizer.config,
  );
  const graphs = await loadGraphs(folder, family, options, runtime);
  return makeModel(folder, family, tokenizer, graphs, options.device);
}

/** Features of pictures that may come again: unchanged frames, and the same ones for another session. */
const REMEMBERED_FEATURE_BYTES = 32 * 1024 * 1024;

type Graphs = Readonly<Record<GraphName, Graph>>;

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
    return {
      vision_encoder: remembering(vision_encoder, REMEMBERED_FEATURE_BYTES),
      embed_tokens,
      decoder_model_merged,
    };
  } catch (error) {
    await Promise.all(loaded.map((graph) => graph.dispose()));
    throw error;
  }
}

/** The manifest's tokens must be in the vocabulary that the decoder scores. */
function checkTokens({ manifest }: ModelFolder, decoder: Graph): void {
  if (manifest.strategy !== 'streaming') return;
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

function makeModel(
  folder: ModelFolder,
  family: Family,
  tokenizer: Tokenizer,
  graphs: Graphs,
  device: Provider,
): Model {
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

  /** The features of one run of the vision encoder. */
  async function features(inputs: Tensors, cancelled?: () => boolean): Promise<Float32Tensor> {
    const fitted = Object.entries(inputs).map(([name, tensor]) => [
      name,
      tensor.type === 'float32' ? asDeclared(tensor, declared(vision, name)?.type) : tensor,
    ]);
    const outputs = await vision.run(Object.fromEntries(fitted), cancelled && { cancelled });
    const output = asFloat32(outputs[family.featuresName]);
    if (output === undefined) throw modelInvalid(`${vision.path} gave no ${family.featuresName}`);
    return output;
  }

  async function encode(sight: Sight, cancelled?: () => boolean): Promise<VisionBlock[]> {
    const outputs: Float32Tensor[] = [];
    for (const inputs of sight.runs) outputs.push(await features(inputs, cancelled));
    const all = sight.features?.(outputs) ?? concatenated(outputs);
    const tokens = sight.blocks.reduce((sum, block) => sum + block.tokens, 0);
    const hidden = all.length / tokens;
    if (!Number.isInteger(hidden))
      throw modelInvalid(
        `${vision.path} gave ${family.featuresName} [${outputs.map(({ dims }) => dims.join(', ')).join('; ')}] for pictures that should become ${tokens} tokens`,
      );
    let at = 0;
    return sight.blocks.map((block) => {
      const from = at;
      at += block.tokens * hidden;
      return { ...block, features: all.subarray(from, at) };
    });
  }

  return {
    folder,
    family,
    tokenizer,
    empty: { cache: emptyCache(decoder), next: 0 },
    encode,

    async see(pictures, cancelled) {
      const sight = family.video?.(pictures, { fps: folder.manifest.input.fps });
      const [block] = sight === undefined ? [] : await encode(sight, cancelled);
      if (block === undefined) throw modelInvalid(`${folder.manifest.family} has no videos to stream`);
      return block;
    },

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

    async dispose() {
      await Promise.all([vision, embed, decoder].map((graph) => graph.dispose()));
    },
  };
}

function concatenated(tensors: readonly Float32Tensor[]): Float32Array {
  const [first] = tensors;
  if (first !== undefined && tensors.length === 1) return first.data;
  const all = new Float32Array(tensors.reduce((sum, { data }) => sum + data.length, 0));
  let at = 0;
  for (const { data } of tensors) {
    all.set(data, at);
    at += data.length;
  }
  return all;
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
