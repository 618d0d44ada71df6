import { stat } from 'node:fs/promises';
import type { Config, VlmConfig } from '../config.js';
import type { BoothError } from '../errors.js';
import type { Clip } from '../media/clip.js';
import { chooseDevice } from '../onnx/devices.js';
import { withFallback } from './fallback.js';
import { familyOf } from './families/registry.js';
import { type ModelFolder, openFolder, readModelType } from './folder.js';
import { openEndpoint, PREFIX } from './openai/endpoint.js';
import { resolveModel } from './resolve-model.js';
import type { LookEvent, ModelInfo, PromptContext, Vlm, VlmSession } from './vlm.js';
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
  familyOf(await readModelType(path));
  const folder = await openFolder(path, config.dtype);
  const device = await chooseDevice(config.device, await weightBytes(folder));
  const { timeoutMs, threads } = config;
  const client = new WorkerClient(
    { path, dtype: folder.dtype, device, threads },
    { timeoutMs, ...(entry && { entry }) },
  );
  try {
    await client.ready();
  } catch (error) {
    await client.close();
    throw error;
  }
  return new InProcessVlm(modelInfo(folder, device), client);
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
  };
}

class InProcessVlm implements Vlm {
  readonly info: ModelInfo;
  readonly #client: WorkerClient;

  constructor(info: ModelInfo, client: WorkerClient) {
    this.info = info;
    this.#client = client;
  }

  async open(): Promise<VlmSession> {
    await this.#client.ready();
    return new InProcessSession(this.info, this.#client);
  }

  close(): Promise<void> {
    return this.#client.close();
  }
}

class InProcessSession implements VlmSession {
  readonly #info: ModelInfo;
  readonly #client: WorkerClient;
  readonly #number: number;
  #looking = false;

  constructor(info: ModelInfo, client: WorkerClient) {
    this.#info = info;
    this.#client = client;
    this.#number = client.newSession();
  }

  async *look(clip: Clip, context: PromptContext, signal?: AbortSignal): AsyncGenerator<LookEvent, void> {
    if (this.#looking)
      throw new TypeError('a session looks at one clip at a time: wait for the look before to end');
    this.#checkSize(clip);
    this.#looking = true;
    try {
      yield* this.#client.look(this.#number, clip.frames, context, signal);
    } finally {
      this.#looking = false;
    }
  }

  async close(): Promise<void> {
    this.#client.closeSession(this.#number);
  }

  #checkSize({ frames }: Clip): void {
    const { width, height } = this.#info.input;
    const odd = frames.find((frame) => frame.width !== width || frame.height !== height);
    if (odd !== undefined || frames.length === 0)
      throw new TypeError(
        `${this.#info.name} looks at frames of ${width}×${height}, received ${odd ? `${odd.width}×${odd.height}` : 'none'}`,
      );
  }
}

async function weightBytes(folder: ModelFolder): Promise<number> {
  const files = Object.values(folder.graphs).flatMap((graph) => [graph, `${graph}_data`]);
  const sizes = await Promise.all(
    files.map((file) =>
      stat(file).then(
        ({ size }) => size,
        () => 0,
      ),
    ),
  );
  return sizes.reduce((sum, size) => sum + size, 0);
}
