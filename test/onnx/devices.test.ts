import { describe, expect, it } from 'vitest';
import { chooseDevice, probeDevices } from '../../src/onnx/devices.js';

const LARGE = 8 * 1024 ** 3;

describe('devices', () => {
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
      message: expect.stringMatching(/use --device cpu/),
    });
  });
});
