import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { golden, picture, TINY } from './tiny.js';

/** A Vulkan that runs on the processor; Debian's `chromium` package brings it. */
const SWIFTSHADER = '/usr/lib/chromium/vk_swiftshader_icd.json';
const script = (name: string) => fileURLToPath(new URL(name, import.meta.url));

/** SwiftShader compiles each shader for the processor: the first run takes many seconds. */
const TIMEOUT_MS = 300_000;

describe.skipIf(!existsSync(SWIFTSHADER))('the model on WebGPU', () => {
  it(
    'computes what the reference computes',
    async () => {
      const logits = await firstLogits();
      const expected = golden.ticks[0]!.logits;
      expect(logits).toHaveLength(expected.length);
      // Vulkan lets a driver round sin and cos at 2^-11, and SwiftShader does: the rotary embedding differs a little.
      const farthest = Math.max(...logits.map((logit, id) => Math.abs(logit - expected[id]!)));
      expect(farthest).toBeLessThan(0.02);
    },
    TIMEOUT_MS,
  );

  it(
    'sees the clips of several channels in one run as one by one',
    async () => {
      const { clips, apart } = await onSwiftShader<{ clips: number; apart: number }>('./joint-features.mjs');
      expect(clips).toBe(3);
      expect(apart).toBeLessThan(1e-5);
    },
    TIMEOUT_MS,
  );
});

async function firstLogits(): Promise<number[]> {
  const pictures = [picture(0), picture(1)].map(({ pixels, ...size }) => ({
    ...size,
    pixels: Buffer.from(pixels).toString('base64'),
  }));
  return onSwiftShader('./first-logits.mjs', {
    PICTURES: JSON.stringify(pictures),
    PREFIX: JSON.stringify(golden.prefix),
  });
}

/** What a script prints of the tiny model. In a process of its own: the driver is chosen by the environment, and a broken one takes its process along. */
async function onSwiftShader<Printed>(
  name: string,
  variables: Record<string, string> = {},
): Promise<Printed> {
  const env = { ...process.env, VK_ICD_FILENAMES: SWIFTSHADER, ...variables };
  const { stdout } = await promisify(execFile)(process.execPath, [script(name), TINY, 'webgpu'], { env });
  return JSON.parse(stdout.trim());
}
