import { execFile } from 'node:child_process';
import { readdir } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { deviceHelp, deviceMissing } from './device-help.js';
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

/** What ONNX Runtime may have on each platform; best first, the processor last. */
const CANDIDATES: Readonly<Partial<Record<NodeJS.Platform, readonly Provider[]>>> = {
  linux: ['cuda', 'tensorrt', 'webgpu', 'cpu'],
  darwin: ['coreml', 'webgpu', 'cpu'],
  win32: ['cuda', 'dml', 'webgpu', 'cpu'],
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
  if (!candidates().includes(choice)) throw deviceMissing(choice, `it does not exist on ${process.platform}`);
  const { works, reason } = await tryDevice(choice);
  if (!works) throw deviceMissing(choice, reason);
  return choice;
}

async function bestDevice(): Promise<Provider> {
  const reports = await probeDevices();
  return reports.find(({ works, software }) => works && !software)?.device ?? 'cpu';
}

async function probeDevice(device: Provider): Promise<DeviceReport> {
  const [{ works, reason }, hardware] = await Promise.all([tryDevice(device), hasGraphicsCard()]);
  const software = works && device === 'webgpu' && !hardware;
  const found = software ? 'a software Vulkan on the processor, for tests only' : 'a test graph ran';
  return { device, works, software, detail: works ? found : `${reason}: ${deviceHelp(device)}` };
}

function tryDevice(device: Provider): Promise<{ works: boolean; reason: string }> {
  return new Promise((resolve) => {
    const options = { timeout: PROBE_TIMEOUT_MS, killSignal: 'SIGKILL', windowsHide: true } as const;
    execFile(process.execPath, [PROBE, device], options, (error, stdout) => {
      const answer = /^\{"works":.*\}$/m.exec(stdout)?.[0];
      if (answer !== undefined) resolve(JSON.parse(answer));
      else
        resolve({
          works: false,
          reason: `trying it ended with ${error?.signal ?? error?.code ?? 'no answer'}`,
        });
    });
  });
}

function candidates(): readonly Provider[] {
  return CANDIDATES[process.platform] ?? ['cpu'];
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
