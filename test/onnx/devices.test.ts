import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { chooseDevice, probeDevices } from '../../src/onnx/devices.js';
import { findLibrary } from '../../src/onnx/native/library.js';

const LARGE = 8 * 1024 ** 3;

/** A Vulkan that runs on the processor; Debian's `chromium` package brings it. */
const SWIFTSHADER = '/usr/lib/chromium/vk_swiftshader_icd.json';

/** What installing CUDA for onnxruntime-node brings. */
const CUDA = join(dirname(await findLibrary()), 'libonnxruntime_providers_cuda.so');

describe('devices', () => {
  afterEach(() => vi.unstubAllEnvs());

  it('are tried by a real run: those that fail say what to do, and auto takes the best that is real for a large model', async () => {
    const [reports, chosen] = await Promise.all([probeDevices(), chooseDevice('auto', LARGE)]);
    const cpu = reports.find(({ device }) => device === 'cpu');
    expect(cpu).toEqual({ device: 'cpu', works: true, software: false, detail: 'a test graph ran' });
    for (const { works, detail } of reports) if (!works) expect(detail).toMatch(/.+: .+/);
    expect(chosen).toBe(reports.find(({ works, software }) => works && !software)?.device);
  });

  it('auto takes the processor for a small model', async () => {
    await expect(chooseDevice('auto', 11_000_000)).resolves.toBe('cpu');
  });

  it('a forced device that this platform cannot have is refused with what to do', async () => {
    const foreign = process.platform === 'win32' ? 'coreml' : 'dml';
    await expect(chooseDevice(foreign, LARGE)).rejects.toMatchObject({
      code: 'DEVICE_MISSING',
      message: expect.stringMatching(/none for .*: use --device cpu\.$/),
    });
  });

  it.skipIf(process.platform !== 'linux' || process.arch !== 'x64' || existsSync(CUDA))(
    'a forced device that was not installed is refused with the command that does it',
    async () => {
      await expect(chooseDevice('cuda', LARGE)).rejects.toMatchObject({
        code: 'DEVICE_MISSING',
        message: expect.stringMatching(/not installed.*npm rebuild .*--ignore-scripts=false/),
      });
    },
  );

  it.skipIf(!existsSync(SWIFTSHADER))(
    'a software Vulkan can be forced, and is never taken by auto',
    async () => {
      vi.stubEnv('VK_ICD_FILENAMES', SWIFTSHADER);
      const [reports, chosen] = await Promise.all([probeDevices(), chooseDevice('auto', LARGE)]);
      expect(reports.find(({ device }) => device === 'webgpu')).toMatchObject({
        works: true,
        software: true,
      });
      expect(chosen).not.toBe('webgpu');
      await expect(chooseDevice('webgpu', LARGE)).resolves.toBe('webgpu');
    },
  );
});
