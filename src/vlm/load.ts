import type { Config, VlmConfig } from '../config.js';
import type { BoothError } from '../errors.js';
import { chooseDevice } from '../onnx/devices.js';
import { withFallback } from './fallback.js';
import type { ModelFolder } from './folder.js';
import { InProcessVlm } from './in-process.js';
import { openModel } from './open-model.js';
import { openEndpoint, PREFIX } from './openai/endpoint.js';
import { resolveModel } from './resolve-model.js';
import { weightBytes } from './variant.js';
import type { ModelInfo, ModelInput, Vlm } from './vlm.js';
import { WorkerClient } from './worker-client.js';

/** `vlm.model` → the model: at an endpoint, or in a worker of this machine; `vlm.fallback` stands behind an endpoint. */
export async function openVlm(
  config: Pick<Config, 'vlm' | 'endpoint'>,
  onWarning: (error: BoothError) => void,
): Promise<Vlm> {
  const { model, fallback } = config.vlm;
  if (!model.startsWith(PREFIX)) return loadVlm(config.vlm);
  if (fallback === 'none') return openEndpoint(config, { onWarning });
  const local = await loadVlm({ ...config.vlm, model: fallback });
  try {
    return withFallback(await openEndpoint(config, { onWarning, backed: true }), local, { onWarning });
  } catch (error) {
    await local.close();
    throw error;
  }
}

/**
 * Loads the model that the configuration names, in a worker of its own. Raises MODEL_NOT_FOUND, MODEL_INVALID,
 * MODEL_TYPE_UNKNOWN, DEVICE_MISSING. `entry` puts another program in the worker's place; for tests of crashes.
 */
export async function loadVlm(config: VlmConfig, entry?: URL): Promise<Vlm> {
  const path = await resolveModel(config.model);
  const { dtype, timeoutMs, threads } = config;
  const input = wantedInput(config);
  const anyVariant = await openModel(path, { dtype, device: 'cpu', input });
  const device = await chooseDevice(config.device, await weightBytes(anyVariant.folder));
  const { folder } = await openModel(path, { dtype, device, input });
  const client = new WorkerClient(
    { path, dtype: folder.dtype, device, threads, input },
    { timeoutMs, ...(entry && { entry }) },
  );
  try {
    await client.ready();
  } catch (error) {
    await client.close();
    throw error;
  }
  return new InProcessVlm(modelInfo(folder, device), client, config.maxLoad);
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
