import { access, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { modelInvalid, readJson } from './checked-json.js';
import { type Manifest, manifestSchema } from './manifest.js';

/** The graphs that a vision-language model consists of, by the hub's names. */
export const GRAPHS = ['vision_encoder', 'embed_tokens', 'decoder_model_merged'] as const;
export type GraphName = (typeof GRAPHS)[number];

/** A model folder in the hub's layout, read and checked; the weights stay on disk. */
export interface ModelFolder {
  readonly path: string;
  readonly manifest: Manifest;
  readonly config: HubConfig;
  readonly preprocessor: Preprocessor;
  /** Ids that end an answer, from generation_config.json. */
  readonly endOfText: readonly number[];
  readonly tokenizer: { readonly path: string; readonly definition: object; readonly config: object };
  /** The variant that was chosen, and its graphs' files. */
  readonly dtype: string;
  readonly graphs: Readonly<Record<GraphName, string>>;
}

const count = z.number().int().min(1).max(1_000_000);

const hubConfig = z.looseObject({
  model_type: z.string(),
  'transformers.js_config': z
    .looseObject({
      use_external_data_format: z
        .union([z.boolean(), z.number(), z.record(z.string(), z.union([z.boolean(), z.number()]))])
        .optional(),
    })
    .optional(),
});
type HubConfig = z.output<typeof hubConfig>;

const preprocessorConfig = z.looseObject({
  patch_size: count.max(256),
  merge_size: count.max(64),
  temporal_patch_size: count.max(64),
  image_mean: z.array(z.number()).length(3),
  image_std: z.array(z.number().positive()).length(3),
  rescale_factor: z
    .number()
    .positive()
    .default(1 / 255),
});
type Preprocessor = z.output<typeof preprocessorConfig>;

const generationConfig = z.looseObject({ eos_token_id: z.union([z.number(), z.array(z.number())]) });
const anyObject = z.looseObject({});

/** `model_type` of config.json, which says what the rest of the folder must hold. */
export async function readModelType(path: string): Promise<string> {
  return (await readJson(join(path, 'config.json'), hubConfig)).model_type;
}

/** `dtype` is a variant of the manifest, or `auto` for its first one that is there. Raises MODEL_INVALID. */
export async function openFolder(path: string, dtype: string): Promise<ModelFolder> {
  const read = <Schema extends z.ZodType>(file: string, schema: Schema) => readJson(join(path, file), schema);
  const [config, manifest, preprocessor, generation, definition, tokenizerConfig] = await Promise.all([
    read('config.json', hubConfig),
    read('booth.json', manifestSchema),
    read('preprocessor_config.json', preprocessorConfig),
    read('generation_config.json', generationConfig),
    read('tokenizer.json', anyObject),
    read('tokenizer_config.json', anyObject),
  ]);
  const variant = await chooseVariant(path, manifest, dtype);
  await checkExternalData(config, variant.graphs);
  return {
    path,
    manifest,
    config,
    preprocessor,
    endOfText: [generation.eos_token_id].flat(),
    tokenizer: { path: join(path, 'tokenizer.json'), definition, config: tokenizerConfig },
    ...variant,
  };
}

async function chooseVariant(path: string, manifest: Manifest, dtype: string) {
  const known = Object.entries(manifest.dtypes);
  const there = await readdir(join(path, 'onnx')).catch((): string[] => []);
  const complete = known.filter(([, { suffix }]) =>
    GRAPHS.every((name) => there.includes(`${name}${suffix}.onnx`)),
  );
  const chosen = dtype === 'auto' ? complete[0] : complete.find(([name]) => name === dtype);
  if (chosen === undefined) {
    const names = (variants: typeof known) => variants.map(([name]) => name).join(', ') || 'none';
    throw modelInvalid(
      `${path} has no whole set of graphs for --dtype ${dtype} (its manifest names ${names(known)}; whole: ${names(complete)})`,
    );
  }
  const [name, { suffix }] = chosen;
  const file = (graph: GraphName) => join(path, 'onnx', `${graph}${suffix}.onnx`);
  return {
    dtype: name,
    graphs: {
      vision_encoder: file('vision_encoder'),
      embed_tokens: file('embed_tokens'),
      decoder_model_merged: file('decoder_model_merged'),
    },
  };
}

/** Large weights lie beside the graph as `X.onnx_data`, `X.onnx_data_1`, …; config.json says how many. */
async function checkExternalData(config: HubConfig, graphs: ModelFolder['graphs']): Promise<void> {
  const declared = config['transformers.js_config']?.use_external_data_format ?? false;
  for (const name of GRAPHS) {
    const graph = graphs[name];
    const parts = Number(
      typeof declared === 'object'
        ? (declared[graph.slice(graph.lastIndexOf(name))] ?? declared[name] ?? 0)
        : declared,
    );
    for (let part = 0; part < parts; part++) {
      const file = `${graph}_data${part === 0 ? '' : `_${part}`}`;
      await access(file).catch((cause: unknown) => {
        throw modelInvalid(`it lacks ${file}`, cause);
      });
    }
  }
}
