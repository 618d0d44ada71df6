import { execFile } from 'node:child_process';
import { readdir } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { adopt } from '../children.js';
import { type DeviceFault, deviceHelp, deviceMissing } from './device-help.js';
import type { Provider } from './runtime.js';

export interface DeviceReport {
  readonly device: Provider;
  readonly works: boolean;
  /** WebGPU on the processor, by a software Vulkan: it works, and is slower than `cpu`. */
  readonly software: boolean;
  /** What it is, or why it cannot be used and what to do; one line. */
  readonly detail: string;
}

const PROBE = fileURLToPath(new URL('../../dist/onnx/probe-child.js', import.meta.url));
const PROBE_TIMEOUT_MS = 30_000;

const PLATFORM = `${process.platform}-${process.arch}`;

/** What onnxruntime-node has for each platform, downloads that it offers included; best first, the processor last. */
const CANDIDATES: Readonly<Record<string, readonly Provider[]>> = {
  'linux-x64': ['cuda', 'tensorrt', 'webgpu', 'cpu'],
  'darwin-arm64': ['coreml', 'webgpu', 'cpu'],
  'win32-x64': ['dml', 'webgpu', 'cpu'],
  'win32-arm64': ['dml', 'webgpu', 'cpu'],
};

/** Smaller models are done on the processor before a graphics card has been told what to do. */
const SMALL_MODEL_BYTES = 256 * 1024 * 1024;

/** Tries every device of this platform with a real run, each in a process of its own. */
export function probeDevices(): Promise<DeviceReport[]> {
  return Promise.all(candidates().map(probeDevice));
}

/**
 * The device to run a model of `modelBytes` on. `auto` takes the processor for a small model, else the best that works and is real
 * hardware. Raises DEVICE_MISSING when another choice does not work here.
 */
export async function chooseDevice(choice: 'auto' | Provider, modelBytes: number): Promise<Provider> {
  if (choice === 'cpu') return 'cpu';
  if (choice === 'auto') return modelBytes < SMALL_MODEL_BYTES ? 'cpu' : bestDevice();
  if (!candidates().includes(choice))
    throw deviceMissing(choice, { reason: `onnxruntime-node has none for ${PLATFORM}` });
  const fault = await tryDevice(choice);
  if (fault !== null) throw deviceMissing(choice, fault);
  return choice;
}

async function bestDevice(): Promise<Provider> {
  const reports = await probeDevices();
  return reports.find(({ works, software }) => works && !software)?.device ?? 'cpu';
}

async function probeDevice(device: Provider): Promise<DeviceReport> {
  const [fault, hardware] = await Promise.all([tryDevice(device), hasGraphicsCard()]);
  const software = fault === null && device === 'webgpu' && !hardware;
  const found = software ? 'a software Vulkan on the processor, for tests only' : 'a test graph ran';
  return {
    device,
    works: fault === null,
    software,
    detail: fault === null ? found : `${fault.reason}: ${fault.help}`,
  };
}

/** What is wrong with a device; `null` for one that works. */
function tryDevice(device: Provider): Promise<DeviceFault | null> {
  return new Promise((resolve) => {
    const options = { timeout: PROBE_TIMEOUT_MS, killSignal: 'SIGKILL', windowsHide: true } as const;
    const child = execFile(process.execPath, [PROBE, device], options, (error, stdout) => {
      const answer = /^\{"fault":.*\}$/m.exec(stdout)?.[0];
      if (answer !== undefined) return resolve(JSON.parse(answer).fault);
      const how = error?.killed
        ? `took longer than ${PROBE_TIMEOUT_MS / 1000} s`
        : `ended with ${error?.signal ?? error?.code ?? 'no answer'}`;
      resolve({ reason: `trying it ${how}`, help: deviceHelp(device) });
    });
    adopt(child);
  });
}

function candidates(): readonly Provider[] {
  return CANDIDATES[PLATFORM] ?? ['cpu'];
}

/** Linux shows its graphics cards as device files; elsewhere there always is one. */
async function hasGraphicsCard(): Promise<boolean> {
  if (process.platform !== 'linux') return true;
  if (/swiftshader|lvp|lavapipe/i.test(process.env.VK_ICD_FILENAMES ?? '')) return false;
  const files = await Promise.all(
    ['/dev', '/dev/dri'].map((folder) => readdir(folder).catch((): string[] => [])),
  );
  return files.flat().some((name) => /^(renderD\d+|nvidia\d+|dxg)$/.test(name));
}
