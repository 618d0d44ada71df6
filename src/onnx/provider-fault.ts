import { access } from 'node:fs/promises';
import { constants } from 'node:os';
import { join } from 'node:path';
import { messageOf } from '../errors.js';
import type { DeviceFault } from './device-help.js';

const NEEDS = { cuda: 'CUDA 12 and cuDNN 9', tensorrt: 'CUDA 12, cuDNN 9 and TensorRT 10' };

/** No package may run a script at install (.npmrc), so this one is told to by name. */
const INSTALL = 'ONNXRUNTIME_NODE_INSTALL=cuda12 npm rebuild onnxruntime-node --ignore-scripts=false';

/** What brings the libraries that CUDA's and TensorRT's providers need; the first that fits. */
const BROUGHT_BY: readonly (readonly [RegExp, string])[] = [
  [/^libcuda\./, 'the driver of your NVIDIA GPU'],
  [/^libcudnn/, 'cuDNN 9 for CUDA 12'],
  [/^libnv(infer|onnxparser)/, 'TensorRT 10 for CUDA 12'],
  [/^lib(cu|nv)/, 'CUDA 12'],
];

/**
 * Why CUDA's or TensorRT's provider in `folder` does not load: it was not installed, or the system lacks a library that it needs, of this very version.
 * `undefined` where neither is the reason. Loads the library, so it is for a process of its own.
 */
export async function providerFault(
  device: 'cuda' | 'tensorrt',
  folder: string,
): Promise<DeviceFault | undefined> {
  const path = join(folder, `libonnxruntime_providers_${device}.so`);
  const installed = await access(path).then(
    () => true,
    () => false,
  );
  if (!installed)
    return {
      reason: "onnxruntime-node's libraries for it are not installed",
      help: `install ${NEEDS[device]}, then run \`${INSTALL}\` (docs/devices.md)`,
    };
  const missing = missingLibrary(path);
  if (missing === undefined) return undefined;
  const bringer = BROUGHT_BY.find(([name]) => name.test(missing))?.[1] ?? `the package of ${missing}`;
  return {
    reason: `${missing} is not on this machine, or not where the linker looks`,
    help: `install ${bringer} (docs/devices.md)`,
  };
}

/** The first library that the dynamic linker does not find for the one at `path`, in glibc's words. */
function missingLibrary(path: string): string | undefined {
  try {
    process.dlopen({ exports: {} }, path, constants.dlopen.RTLD_LAZY);
    return undefined;
  } catch (error) {
    // A library that loads is no module of Node: that fails too, with other words.
    return /^(\S+): cannot open shared object file/.exec(messageOf(error))?.[1];
  }
}
