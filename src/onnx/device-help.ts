import { BoothError } from '../errors.js';
import type { Provider } from './runtime.js';

/** What a user can do to get a device; one line each. */
const HELP: Readonly<Record<Provider, string>> = {
  cpu: 'the npm package onnxruntime-node has no build for this platform',
  webgpu: 'install the Vulkan driver of your GPU (on Linux), or use --device cpu',
  cuda: 'install CUDA 12 and cuDNN 9, then run `ONNXRUNTIME_NODE_INSTALL=cuda12 npm rebuild onnxruntime-node`, or use --device cpu',
  tensorrt: 'set up cuda first (see --device cuda), install TensorRT 10, or use --device cpu',
  coreml: 'it exists on macOS only; use --device cpu',
  dml: 'it exists on Windows only; use --device cpu',
};

export function deviceHelp(device: Provider): string {
  return HELP[device];
}

export function deviceMissing(device: Provider, reason: string, cause?: unknown): BoothError {
  return new BoothError(
    'DEVICE_MISSING',
    `The device ${device} cannot be used (${reason}): ${HELP[device]}.`,
    {
      cause,
    },
  );
}
