import { BoothError } from '../errors.js';
import type { Provider } from './runtime.js';

/** Why a device cannot be used, and what to do about it; one line each. */
export interface DeviceFault {
  readonly reason: string;
  readonly help: string;
}

const NVIDIA = 'see whether `nvidia-smi` shows the GPU, and a driver for CUDA 12 or newer (docs/devices.md)';

const HELP: Readonly<Record<Provider, string>> = {
  cpu: 'the npm package onnxruntime-node has no build for this platform',
  webgpu: 'install the Vulkan driver of your GPU (on Linux; docs/devices.md)',
  cuda: NVIDIA,
  tensorrt: NVIDIA,
  coreml: 'it needs macOS on Apple silicon',
  dml: 'it needs Windows with DirectX 12',
};

export function deviceHelp(device: Provider): string {
  return HELP[device];
}

/** `help` is left out where there is nothing to do but to take another device. */
export function deviceMissing(
  device: Provider,
  { reason, help }: Pick<DeviceFault, 'reason'> & Partial<DeviceFault>,
  cause?: unknown,
): BoothError {
  const todo = [help, device === 'cpu' ? undefined : 'use --device cpu'].filter((each) => each !== undefined);
  return new BoothError(
    'DEVICE_MISSING',
    `The device ${device} cannot be used (${reason}): ${todo.join(', or ')}.`,
    { cause },
  );
}

/** ONNX Runtime's words without the place in its source that they begin with, and the call that they end with. */
export function withoutSource(reason: string): string {
  return reason
    .replace(/^\S+\.(?:cc|cu|h):\d+ .*?(?:was false\. |(?=[A-Z]+ failure \d))/, '')
    .replace(/ ; GPU=.*$/, '')
    .replace(/[\s·]+$/, '');
}
