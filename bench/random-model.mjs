// A SmolVLM-256M-shaped model with random weights, written on the spot by Python; PYTHON names another interpreter.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execute } from './support.mjs';

const SCRIPT = fileURLToPath(new URL('../models/parity/smolvlm_256m.py', import.meta.url));

/** Its folder, and how to remove it; or why there is none. */
export async function makeRandomModel() {
  const folder = await mkdtemp(join(tmpdir(), 'booth-smolvlm-'));
  const remove = () => rm(folder, { recursive: true, force: true });
  try {
    await execute(process.env.PYTHON ?? 'python3', [SCRIPT, folder]);
    return { folder, remove };
  } catch (error) {
    await remove();
    const reason = String(error.message).trim().split('\n').at(-1);
    return {
      reason: `skipped: ${reason}; it needs Python with numpy and onnx (models/parity/requirements.txt)`,
    };
  }
}
