import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Clip } from '../../../src/media/clip.js';
import { onnxruntime } from '../../../src/onnx/onnxruntime.js';
import { familyOf } from '../../../src/vlm/families/registry.js';
import { loadVlm } from '../../../src/vlm/load.js';
import { loadModel } from '../../../src/vlm/model.js';
import type { ModelInput } from '../../../src/vlm/vlm.js';
import { promptContext } from '../../support/prompt-context.js';
import { patterned } from '../images/pictures.js';
import { collect, tinyConfig } from '../tiny.js';
import { fixture } from './golden.js';

const FAMILIES = ['idefics3', 'smolvlm', 'llava', 'llava_onevision', 'llava_qwen2'];

describe.each(FAMILIES)('tiny-%s, given as a folder', (name) => {
  it('looks at clips in its worker, and answers each with a line or with silence', async () => {
    const vlm = await loadVlm({ ...tinyConfig, model: fixture(name), timeoutMs: 60_000 });
    try {
      expect(vlm.info.family).toBe(name);
      const session = await vlm.open();
      for (const seq of [0, 1]) {
        const events = await collect(session.look(clip(seq, vlm.info.input), promptContext()));
        expect(events.at(-1)?.kind).toMatch(/^(end|silence)$/);
      }
    } finally {
      await vlm.close();
    }
  });
});

describe('a folder that is not what its family has', () => {
  it.each([
    ['llava', 'idefics3', 'vision_encoder', 'pixel_attention_mask'],
    ['smolvlm', 'llava', 'vision_encoder', 'pixel_values'],
    ['llava_qwen2', 'qwen2_vl', 'decoder_model_merged', 'position_ids'],
    ['idefics3', 'llava', 'embed_tokens', 'pixel_values'],
  ])(
    '%s with the graph of %s as %s is refused by the name of the tensor',
    async (name, other, graph, tensor) => {
      await withCopy(name, async (folder) => {
        const source = graph === 'embed_tokens' ? 'vision_encoder' : graph;
        await cp(join(fixture(other), `onnx/${source}.onnx`), join(folder, `onnx/${graph}.onnx`));
        await expect(load(folder)).rejects.toMatchObject({
          code: 'MODEL_INVALID',
          message: expect.stringContaining(`"${tensor}"`),
        });
      });
    },
  );

  it.each([
    ['idefics3', 'preprocessor_config.json', { size: { longest_edge: 16_000 } }, 'longest_edge'],
    ['llava', 'preprocessor_config.json', { crop_size: null, do_center_crop: false }, 'crop_size'],
    ['llava', 'preprocessor_config.json', { crop_size: { height: 1e9, width: 1e9 } }, 'crop_size'],
    ['llava_onevision', 'preprocessor_config.json', { image_grid_pinpoints: [[70, 71]] }, '71'],
  ])('%s with a %s of hostile sizes is refused: %j', async (name, file, change, named) => {
    await withCopy(name, async (folder) => {
      const path = join(folder, file);
      await writeFile(path, JSON.stringify({ ...JSON.parse(await readFile(path, 'utf8')), ...change }));
      await expect(load(folder)).rejects.toMatchObject({
        code: 'MODEL_INVALID',
        message: expect.stringContaining(named),
      });
    });
  });
});

describe('familyOf', () => {
  it('says why it refuses a family whose tiles it cannot put together, and which ones it knows', () => {
    expect(() => familyOf('llava_next')).toThrow(
      expect.objectContaining({
        code: 'MODEL_TYPE_UNKNOWN',
        message: expect.stringMatching(/image_newline.*llava_onevision.*smolvlm/),
      }),
    );
  });
});

describe.each(FAMILIES)('tiny-%s', (name) => {
  it('sees a picture that is one pixel wide and very long', async () => {
    const model = await load(fixture(name));
    const sight = model.family.images([patterned(1, 20_000)]);
    const blocks = await model.encode(sight);
    expect(blocks.every(({ features }) => features.every(Number.isFinite))).toBe(true);
    await model.dispose();
  });
});

function load(folder: string) {
  return loadModel(folder, { device: 'cpu', threads: 1, dtype: 'auto' }, onnxruntime);
}

function clip(seq: number, { width, height, fps, framesPerClip }: ModelInput): Clip {
  const length = framesPerClip / fps;
  const frames = Array.from({ length: framesPerClip }, (_, i) => ({
    ...patterned(width, height, seq * framesPerClip + i),
    index: seq * framesPerClip + i,
    pts: seq * length + i / fps,
    capturedAt: 0,
  }));
  return {
    seq,
    frames,
    start: seq * length,
    end: (seq + 1) * length,
    capturedAt: 0,
    change: 0,
    sceneCut: false,
  };
}

async function withCopy(name: string, use: (folder: string) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), `booth-${name}-`));
  try {
    await cp(fixture(name), folder, { recursive: true });
    await use(folder);
  } finally {
    await rm(folder, { recursive: true });
  }
}
