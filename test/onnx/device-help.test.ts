import { execFileSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { withoutSource } from '../../src/onnx/device-help.js';
import { providerFault } from '../../src/onnx/provider-fault.js';
import { findOnPath } from '../../src/process.js';

describe('what ONNX Runtime says of a device', () => {
  it.each([
    [
      '/onnxruntime_src/onnxruntime/core/providers/webgpu/webgpu_context.cc:136 onnxruntime::webgpu::WebGpuContext::Initialize(const onnxruntime::webgpu::WebGpuContextConfig&)::<lambda()> adapter_result.status == wgpu::RequestAdapterStatus::Success was false. Failed to get a WebGPU adapter: No supported adapters ·',
      'Failed to get a WebGPU adapter: No supported adapters',
    ],
    [
      '/onnxruntime_src/onnxruntime/core/providers/cuda/cuda_call.cc:129 std::conditional_t<THRW, void, common::Status> onnxruntime::CudaCall(ERRTYPE, const char*) [with ERRTYPE = cudaError; bool THRW = true] CUDA failure 35: CUDA driver version is insufficient for CUDA runtime version ; GPU=-1 ; hostname=here ; file=/onnxruntime_src/x.cc ; line=282 ; expr=cudaSetDevice(info_.device_id);',
      'CUDA failure 35: CUDA driver version is insufficient for CUDA runtime version',
    ],
    ['no available backend found', 'no available backend found'],
  ])('is told without the place in its source: %s', (words, told) => {
    expect(withoutSource(words)).toBe(told);
  });
});

const compiler = process.platform === 'linux' ? await findOnPath('cc') : null;

describe('a provider that does not load', () => {
  it('was not installed: the command that does it runs the one script that .npmrc forbids', async () => {
    const fault = await providerFault('cuda', tmpdir());
    expect(fault?.reason).toMatch(/not installed/);
    expect(fault?.help).toMatch(/ONNXRUNTIME_NODE_INSTALL=cuda12 npm rebuild .*--ignore-scripts=false/);
  });

  it.skipIf(compiler === null).each([
    ['cuda', 'libcudnn.so.9', /install cuDNN 9/],
    ['cuda', 'libcublasLt.so.12', /install CUDA 12/],
    ['tensorrt', 'libnvinfer.so.10', /install TensorRT 10/],
    ['cuda', 'libcuda.so.1', /install the driver/],
    ['cuda', 'libodd.so.1', /install the package of libodd/],
  ] as const)('needs a library that is not there: %s, %s', async (device, library, help) => {
    const folder = await mkdtemp(join(tmpdir(), 'booth-provider-'));
    try {
      const make = (name: string, source: string, ...more: string[]) =>
        execFileSync(compiler as string, ['-shared', '-fPIC', '-o', name, '-xc', '-', '-xnone', ...more], {
          cwd: folder,
          input: source,
        });
      const provider = `libonnxruntime_providers_${device}.so`;
      make(library, 'int needed(void) { return 1; }', `-Wl,-soname,${library}`);
      make(provider, 'int needed(void); int provide(void) { return needed(); }', `./${library}`);
      await rm(join(folder, library));
      const fault = await providerFault(device, folder);
      expect(fault?.reason).toContain(library);
      expect(fault?.help).toMatch(help);
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  it('has another reason where it is there and needs nothing more', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'booth-provider-'));
    await writeFile(join(folder, 'libonnxruntime_providers_cuda.so'), 'no library');
    await expect(providerFault('cuda', folder)).resolves.toBeUndefined();
    await rm(folder, { recursive: true });
  });
});
