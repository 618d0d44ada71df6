import { basename, join } from 'node:path';
import { z } from 'zod';
import { BoothError } from '../errors.js';
import type { Provider } from '../onnx/runtime.js';
import { readChatTemplate } from './chat-template.js';
import { modelInvalid, readJson, readJsonIfThere } from './checked-json.js';
import { defaultManifest, type Manifest, manifestSchema } from './manifest.js';
import { chooseVariant, type ExternalData, type Variant } from './variant.js';
import type { ModelInput } from './vlm.js';

/** A model folder in the hub's layout, read and checked; the weights stay on disk. */
export interface ModelFolder<M extends Manifest = Manifest> extends Variant {
  readonly path: string;
  readonly manifest: M;
  readonly config: HubConfig;
  /** preprocessor_config.json, and what there is for videos; each family knows what to read in them. */
  readonly preprocessor: object;
  readonly videoPreprocessor: object | null;
  /** processor_config.json; empty where there is none. */
  readonly processor: object;
  /** Jinja, `null` where the folder has none. */
  readonly chatTemplate: string | null;
  /** Ids that end an answer. */
  readonly endOfText: readonly number[];
  readonly tokenizer: { readonly path: string; readonly definition: object; readonly config: object };
}

export interface FolderChoice {
  /** A variant of the manifest, or `auto` for its first one that is there. */
  readonly dtype: string;
  /** Where it is to run; says which variant is best where the folder's own manifest does not. */
  readonly device: Provider;
  /** What the user wants it to be shown in place of the model's own. */
  readonly input?: Partial<ModelInput>;
}

const ids = z.union([z.number(), z.array(z.number())]).nullish();

/** How many files of weights lie beside a graph; `true` is one. */
const externalFiles = z.union([z.boolean(), z.number().int().min(0).max(1_000)]);

const hubConfig = z.looseObject({
  model_type: z.string(),
  eos_token_id: ids,
  text_config: z.looseObject({ eos_token_id: ids }).optional(),
  'transformers.js_config': z
    .looseObject({
      use_external_data_format: z.union([externalFiles, z.record(z.string(), externalFiles)]).optional(),
    })
    .optional(),
});
type HubConfig = z.output<typeof hubConfig>;

const generationConfig = z.looseObject({ eos_token_id: ids });
const processorConfig = z.looseObject({
  image_processor: z.looseObject({}).optional(),
  video_processor: z.looseObject({}).optional(),
});
const anyObject = z.looseObject({});

/** `model_type` of config.json, which says what the rest of the folder must hold. */
export async function readModelType(path: string): Promise<string> {
  return (await readJson(join(path, 'config.json'), hubConfig)).model_type;
}

/** `defaults` are the family's, for a folder without a booth.json. Raises MODEL_INVALID, CONFIG_INVALID. */
export async function openFolder(
  path: string,
  defaults: ModelInput,
  choice: FolderChoice,
): Promise<ModelFolder> {
  const read = <Schema extends z.ZodType>(file: string, schema: Schema) => readJson(join(path, file), schema);
  const readIfThere = <Schema extends z.ZodType>(file: string, schema: Schema) =>
    readJsonIfThere(join(path, file), schema);
  const [config, own, generation, processor, definition, tokenizerConfig] = await Promise.all([
    read('config.json', hubConfig),
    readIfThere('booth.json', manifestSchema),
    readIfThere('generation_config.json', generationConfig),
    readIfThere('processor_config.json', processorConfig),
    read('tokenizer.json', anyObject),
    read('tokenizer_config.json', anyObject),
  ]);
  const preprocessor =
    (await readIfThere('preprocessor_config.json', anyObject)) ?? processor?.image_processor ?? null;
  if (preprocessor === null) throw modelInvalid(`it lacks ${join(path, 'preprocessor_config.json')}`);
  const manifest = withInput(
    own ?? defaultManifest(basename(path), config.model_type, defaults, choice.device),
    choice.input ?? {},
  );
  return {
    path,
    manifest,
    config,
    preprocessor,
    videoPreprocessor:
      (await readIfThere('video_preprocessor_config.json', anyObject)) ?? processor?.video_processor ?? null,
    processor: processor ?? {},
    chatTemplate: await readChatTemplate(path, tokenizerConfig, processor ?? {}),
    endOfText: endOfText(path, [generation, config, config.text_config]),
    tokenizer: { path: join(path, 'tokenizer.json'), definition, config: tokenizerConfig },
    ...(await chooseVariant(path, manifest, choice.dtype, externalData(config))),
  };
}

/** The first that names any. */
function endOfText(
  path: string,
  places: readonly (z.output<typeof generationConfig> | null | undefined)[],
): number[] {
  const found = places.map((place) => place?.eos_token_id).find((ids) => ids !== undefined && ids !== null);
  if (found === undefined)
    throw modelInvalid(`neither generation_config.json nor config.json of ${path} has an eos_token_id`);
  return [found].flat();
}

function externalData(config: HubConfig): ExternalData {
  return config['transformers.js_config']?.use_external_data_format ?? false;
}

/** What the user wants it to be shown. A model that was trained to watch knows one size and one pace. */
function withInput(manifest: Manifest, wanted: Partial<ModelInput>): Manifest {
  const { framesPerClip, ...others } = wanted;
  const given = { ...others, ...(framesPerClip !== undefined && { framesPerTick: framesPerClip }) };
  if (Object.keys(given).length === 0) return manifest;
  const { width, height, fps, framesPerTick } = manifest.input;
  if (manifest.strategy === 'streaming')
    throw new BoothError(
      'CONFIG_INVALID',
      `${manifest.name} was trained on ${framesPerTick} pictures of ${width}×${height} at ${fps} a second and knows nothing else: leave out vlm.width, vlm.height, vlm.fps and vlm.framesPerClip.`,
    );
  return { ...manifest, input: { ...manifest.input, ...given } };
}
