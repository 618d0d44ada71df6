import { describe, expect, it, vi } from 'vitest';
import { chooseRuntime, openRuntime } from '../../src/onnx/choose-runtime.js';
import * as native from '../../src/onnx/native/fast.js';

describe('the runtime', () => {
  it('is the fast one on the processor, where it loads', async () => {
    await expect(chooseRuntime('auto', 'cpu')).resolves.toEqual({ name: 'fast', warning: undefined });
    await expect(chooseRuntime('fast', 'cpu')).resolves.toEqual({ name: 'fast', warning: undefined });
  });

  it('is the portable one on other devices, and where it is asked for', async () => {
    const portable = { name: 'portable', warning: undefined };
    await expect(chooseRuntime('auto', 'webgpu')).resolves.toEqual(portable);
    await expect(chooseRuntime('portable', 'cpu')).resolves.toEqual(portable);
    await expect(openRuntime('portable')).resolves.toMatchObject({ name: 'portable' });
  });

  it('raises RUNTIME_MISSING when the fast one is asked for on a device that it does not run on', async () => {
    await expect(chooseRuntime('fast', 'webgpu')).rejects.toMatchObject({
      code: 'RUNTIME_MISSING',
      message: expect.stringMatching(/processor only.*--runtime portable/),
    });
  });

  it('falls back to the portable one with a warning that says why, and fails where the fast one is asked for', async () => {
    vi.spyOn(native, 'openFastRuntime').mockRejectedValue(new Error('no library for sparc'));
    const { name, warning } = await chooseRuntime('auto', 'cpu');
    expect(name).toBe('portable');
    expect(warning?.message).toMatch(/no library for sparc/);
    await expect(chooseRuntime('fast', 'cpu')).rejects.toMatchObject({ code: 'RUNTIME_MISSING' });
    vi.restoreAllMocks();
  });
});
