import { checkContract } from '../onnx/contract.js';
import { GRAPHS, type GraphName } from '../onnx/names.js';
import type { Graph, GraphOptions, Runtime } from '../onnx/runtime.js';
import { modelInvalid } from './checked-json.js';
import type { Family, Sight } from './families/family.js';
import type { FolderChoice, ModelFolder } from './folder.js';
import type { Manifest, StreamingManifest } from './manifest.js';
import { openModel } from './open-model.js';
import type { Picture } from './pixels.js';
import type { VisionBlock } from './prompt.js';
import { makeReader, type Reader } from './reading.js';
import { makeTokenizer, type Tokenizer } from './tokenizer.js';
import { asVideo, MOST_TOGETHER, makeVision } from './vision.js';

/** A model whose weights are in memory: from pictures to features, from a prompt to logits. */
export interface Model<M extends Manifest = Manifest> extends Reader {
  readonly folder: ModelFolder<M>;
  readonly family: Family;
  readonly tokenizer: Tokenizer;
  /** Pictures of one clip as one block of a video. Raises MODEL_INVALID for a family that has no videos. */
  see(pictures: readonly Picture[], cancelled?: () => boolean): Promise<VisionBlock>;
  /** The features of every block of `sight`. Raises INFERENCE_FAILED, also for a run that was ended on its way because `cancelled` said so. */
  encode(sight: Sight, cancelled?: () => boolean): Promise<VisionBlock[]>;
  /**
   * What `encode` would give for each of `sights`, but for the last bits of the numbers, in one run of the encoder. Of the first ones only,
   * though at least of one, where a device, a graph or the sights' sizes take no more at once. Raises what `encode` raises for the first.
   */
  encodeEach(sights: readonly Sight[], cancelled?: () => boolean): Promise<VisionBlock[][]>;
  dispose(): Promise<void>;
}

/** A model that was trained to watch. */
export type StreamingModel = Model<StreamingManifest>;

export function isStreaming(model: Model): model is StreamingModel {
  return model.folder.manifest.strategy === 'streaming';
}

export interface ModelOptions extends GraphOptions, FolderChoice {
  /** Sights that go in one run of the vision encoder at most; what suits the device by default. */
  readonly mostTogether?: number;
}

/** Loads a model folder. Raises MODEL_TYPE_UNKNOWN, MODEL_INVALID, CONFIG_INVALID, DEVICE_MISSING. */
export async function loadModel(path: string, options: ModelOptions, runtime: Runtime): Promise<Model> {
  const { folder, family } = await openModel(path, options);
  const tokenizer = makeTokenizer(
    folder.tokenizer.path,
    folder.tokenizer.definition,
    folder.tokenizer.config,
  );
  const graphs = await loadGraphs(folder, family, options, runtime);
  const { device, mostTogether = MOST_TOGETHER[device] } = options;
  const { encodeEach, dispose } = makeVision(graphs.vision_encoder, family, mostTogether);
  const encode: Model['encode'] = async (sight, cancelled) => {
    const [blocks = []] = await encodeEach([sight], cancelled);
    return blocks;
  };
  return {
    folder,
    family,
    tokenizer,
    ...makeReader({ folder, family, graphs, device }),
    encodeEach,
    encode,
    see: (pictures, cancelled) => asVideo({ folder, family }, pictures, (sight) => encode(sight, cancelled)),
    async dispose() {
      await Promise.all([dispose(), graphs.embed_tokens.dispose(), graphs.decoder_model_merged.dispose()]);
    },
  };
}

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
    return { vision_encoder, embed_tokens, decoder_model_merged };
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
