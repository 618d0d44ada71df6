import { type Config, DEFAULTS, type VlmConfig } from '../config.js';
import { BoothError } from '../errors.js';
import type { Clock } from '../media/time.js';
import { chooseRuntime } from '../onnx/choose-runtime.js';
import { chooseDevice } from '../onnx/devices.js';
import type { Provider } from '../onnx/runtime.js';
import { type AnswerSettings, answerSettings } from './decoding/settings.js';
import { familyNames } from './families/registry.js';
import type { ModelFolder } from './folder.js';
import { InProcessVlm } from './in-process.js';
import { openModel } from './open-model.js';
import { ENDPOINT, resolveModel } from './resolve-model.js';
import { weightBytes } from './variant.js';
import type { ModelInfo, ModelInput, Vlm } from './vlm.js';
import { WorkerClient } from './worker-client.js';

/** `vlm.model` → the model: at an endpoint, or in a worker of this machine; `vlm.fallback` stands behind an endpoint. */
export async function openVlm(
  config: Pick<Config, 'vlm' | 'endpoint' | 'decoding' | 'speech' | 'commentator'>,
  onWarning: (error: BoothError) => void,
): Promise<Vlm> {
  const { model, fallback } = config.vlm;
  const answers = answerSettings(config);
  const { reasoning } = config.commentator;
  if (!model.startsWith(ENDPOINT)) {
    if (fallback === 'none') return loadVlm(config.vlm, { onWarning, answers, reasoning });
    throw new BoothError(
      'CONFIG_INVALID',
      `vlm.fallback (--fallback ${fallback}) stands behind an endpoint, and "${model}" is none: leave it out, or give --model openai:<model>.`,
    );
  }
  // Loaded where it is asked for: OpenAI's client is a tenth of the heap.
  const { openEndpoint } = await import('./openai/endpoint.js');
  if (fallback === 'none') return openEndpoint(config, { onWarning });
  const { withFallback } = await import('./fallback.js');
  const local = await loadVlm({ ...config.vlm, model: fallback }, { onWarning, answers });
  try {
    return withFallback(await openEndpoint(config, { onWarning, backed: true }), local, { onWarning });
  } catch (error) {
    await local.close();
    throw error;
  }
}

export interface LoadOptions {
  /** How its answers are decoded; greedily by default. */
  readonly answers?: AnswerSettings;
  /** Refuse a model that cannot answer in steps. */
  readonly reasoning?: boolean;
  /** Told when the model runs, but not as it could, and when its worker died and a look was made again. */
  readonly onWarning?: (error: BoothError) => void;
  /** Another program in the worker's place; for tests of crashes. */
  readonly entry?: URL;
  /** Times the pauses after crashes. */
  readonly clock?: Clock;
  /** What was read of the model already, for the processor and with this configuration. */
  readonly folder?: ModelFolder;
}

/**
 * Loads the model that the configuration names, in a worker of its own. Raises MODEL_NOT_FOUND, MODEL_INVALID,
 * MODEL_TYPE_UNKNOWN, DEVICE_MISSING, RUNTIME_MISSING, CONFIG_INVALID.
 */
export async function loadVlm(config: VlmConfig, options: LoadOptions = {}): Promise<Vlm> {
  const { onWarning, entry, clock, answers = answerSettings(DEFAULTS), reasoning = false } = options;
  const path = await resolveModel(config.model);
  const { dtype, timeoutMs, threads, niceness } = config;
  const input = wantedInput(config);
  const read = async (device: Provider) => (await openModel(path, { dtype, device, input })).folder;
  const anyVariant = options.folder ?? (await read('cpu'));
  if (reasoning && anyVariant.manifest.strategy === 'streaming') throw cannotReason(anyVariant.manifest.name);
  const device = await chooseDevice(config.device, await weightBytes(anyVariant));
  const folder = device === 'cpu' ? anyVariant : await read(device);
  const runtime = await chooseRuntime(config.runtime, device);
  if (runtime.warning !== undefined) onWarning?.(runtime.warning);
  const client = new WorkerClient(
    { path, dtype: folder.dtype, device, runtime: runtime.name, threads, niceness, input, answers },
    { timeoutMs, ...(entry && { entry }), ...(clock && { clock }) },
  );
  try {
    await client.ready();
  } catch (error) {
    await client.close();
    throw error;
  }
  return new InProcessVlm(modelInfo(folder, device), client, config, onWarning);
}

/** What the user sets in place of the model's own; 0 leaves it. */
function wantedInput({ width, height, fps, framesPerClip }: VlmConfig): Partial<ModelInput> {
  const set = Object.entries({ width, height, fps, framesPerClip }).filter(([, value]) => value > 0);
  return Object.fromEntries(set);
}

export function modelInfo({ manifest, dtype }: ModelFolder, device: string): ModelInfo {
  const { width, height, fps, framesPerTick } = manifest.input;
  return {
    name: manifest.name,
    family: manifest.family,
    device,
    dtype,
    input: { width, height, fps, framesPerClip: framesPerTick },
    languages: manifest.languages,
    takesInstructions: manifest.strategy !== 'streaming',
  };
}

function cannotReason(name: string): BoothError {
  return new BoothError(
    'CONFIG_INVALID',
    `${name} was trained to answer in lines alone and cannot reason: leave --reasoning out, or choose a model that can: openai:<model>, or a chat model of the hub (${familyNames().join(', ')}).`,
  );
}
