import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { chatTemplateOf } from '../../src/vlm/chat-template.js';
import type { FolderChoice } from '../../src/vlm/folder.js';
import { openModel } from '../../src/vlm/open-model.js';
import { fixture } from './families/golden.js';
import { json, TINY, tinyWith } from './tiny.js';

/** As the hub has it: without a booth.json. */
const HUB = fixture('qwen2_vl');
const choice: FolderChoice = { dtype: 'auto', device: 'cpu' };
const TEMPLATE = readFileSync(join(HUB, 'chat_template.jinja'), 'utf8');
const graph = () => readFileSync(join(HUB, 'onnx/embed_tokens.onnx'));

/** What `open` says of a copy of the folder with `changes`. */
async function changed<Result>(
  changes: Parameters<typeof tinyWith>[0],
  open: (path: string) => Promise<Result>,
): Promise<Result> {
  const { path, remove } = await tinyWith(changes, HUB);
  try {
    return await open(path);
  } finally {
    await remove();
  }
}

const variant = (suffix: string) =>
  Object.fromEntries(
    ['vision_encoder', 'embed_tokens', 'decoder_model_merged'].map((name) => [
      `onnx/${name}${suffix}.onnx`,
      graph,
    ]),
  );

describe('a folder of the hub without a booth.json', () => {
  it('is prompted afresh for each look, and shown what its family likes', async () => {
    const { folder } = await openModel(HUB, choice);
    expect(folder.manifest).toMatchObject({
      name: basename(HUB),
      family: 'qwen2_vl',
      strategy: 'history',
      input: { width: 504, height: 280, fps: 2, framesPerTick: 4 },
    });
    expect(folder.endOfText).toEqual([2, 0]);
    expect(folder.dtype).toBe('fp32');
  });

  it('is shown what the user wants', async () => {
    const { folder } = await openModel(HUB, { ...choice, input: { width: 640, fps: 1, framesPerClip: 2 } });
    expect(folder.manifest.input).toMatchObject({ width: 640, height: 280, fps: 1, framesPerTick: 2 });
  });

  it.each([
    ['cpu', 'q4'],
    ['webgpu', 'q4f16'],
    ['cuda', 'fp16'],
    ['coreml', 'fp16'],
  ] as const)('runs on %s in %s where it has that', async (device, dtype) => {
    const files = { ...variant('_q4'), ...variant('_q4f16'), ...variant('_fp16'), ...variant('_quantized') };
    const { folder } = await changed(files, (path) => openModel(path, { ...choice, device }));
    expect(folder.dtype).toBe(dtype);
  });

  it('runs in another variant where the user wants that, by the hub’s suffix', async () => {
    const files = { ...variant('_q4'), ...variant('_quantized') };
    const { folder } = await changed(files, (path) => openModel(path, { ...choice, dtype: 'q8' }));
    expect(basename(folder.graphs.vision_encoder)).toBe('vision_encoder_quantized.onnx');
  });

  it.each([
    ['tokenizer_config.json', json((config) => ({ ...config, chat_template: TEMPLATE }))],
    [
      'tokenizer_config.json',
      json((config) => ({
        ...config,
        chat_template: [
          { name: 'tool_use', template: 'no' },
          { name: 'default', template: TEMPLATE },
        ],
      })),
    ],
    ['chat_template.json', () => JSON.stringify({ chat_template: TEMPLATE })],
    ['processor_config.json', () => JSON.stringify({ chat_template: TEMPLATE })],
  ])('may have its chat template in %s', async (file, change) => {
    const { folder } = await changed({ 'chat_template.jinja': undefined, [file]: change }, (path) =>
      openModel(path, choice),
    );
    const said = chatTemplateOf(folder).render([{ role: 'user', content: [{ type: 'text', text: 'Hi' }] }]);
    expect(said).toContain('<|im_start|>user\nHi<|im_end|>');
  });

  it('takes the processor’s chat template before the tokenizer’s, which may know of no pictures', async () => {
    const changes = {
      'chat_template.jinja': undefined,
      'tokenizer_config.json': json((config) => ({ ...config, chat_template: 'of text alone' })),
      'chat_template.json': () => JSON.stringify({ chat_template: TEMPLATE }),
    };
    const { folder } = await changed(changes, (path) => openModel(path, choice));
    expect(folder.chatTemplate).toBe(TEMPLATE);
  });

  it('may have the shape of its language model at the top of config.json, as the first Qwen2.5-VL', async () => {
    const { path, remove } = await tinyWith(
      { 'config.json': json(({ text_config, ...config }) => ({ ...Object(text_config), ...config })) },
      fixture('qwen2_5_vl'),
    );
    expect((await openModel(path, choice)).folder.manifest.family).toBe('qwen2_5_vl');
    await remove();
  });

  it('may have the configuration of its pictures in processor_config.json', async () => {
    const preprocessor = JSON.parse(readFileSync(join(HUB, 'preprocessor_config.json'), 'utf8'));
    const { folder } = await changed(
      {
        'preprocessor_config.json': undefined,
        'processor_config.json': () =>
          JSON.stringify({
            image_processor: preprocessor,
            video_processor: { ...preprocessor, max_pixels: 9 },
          }),
      },
      (path) => openModel(path, choice),
    );
    expect(folder.preprocessor).toEqual(preprocessor);
    expect(folder.videoPreprocessor).toMatchObject({ max_pixels: 9 });
  });

  it('may name the end of an answer in config.json', async () => {
    const changes = {
      'generation_config.json': undefined,
      'config.json': json((config) => ({ ...config, eos_token_id: 7 })),
    };
    const { folder } = await changed(changes, (path) => openModel(path, choice));
    expect(folder.endOfText).toEqual([7]);
  });

  it.each([
    ['has no chat template', { 'chat_template.jinja': undefined }, /has no chat template/],
    [
      'has one that cannot be read',
      { 'chat_template.jinja': () => '{% for %}' },
      /chat template does not work/,
    ],
    [
      'has no configuration of its pictures',
      { 'preprocessor_config.json': undefined },
      /lacks .*preprocessor/,
    ],
    [
      'has more files of weights than there are',
      {
        'config.json': json((config) => ({
          ...config,
          'transformers.js_config': { use_external_data_format: 1e9 },
        })),
      },
      /config\.json is not valid: transformers\.js_config\.use_external_data_format/,
    ],
    [
      'has hostile sizes',
      { 'preprocessor_config.json': json((config) => ({ ...config, patch_size: 1e9 })) },
      /preprocessor_config\.json is not valid: patch_size/,
    ],
    [
      'does not say what ends an answer',
      {
        'generation_config.json': undefined,
        'config.json': json(
          ({ eos_token_id: _, text_config: __, ...config }: Record<string, never>) => config,
        ),
      },
      /eos_token_id/,
    ],
  ])('is refused when it %s', async (_, changes, message) => {
    await expect(changed(changes, (path) => openModel(path, choice))).rejects.toMatchObject({
      code: 'MODEL_INVALID',
      message: expect.stringMatching(message),
    });
  });
});

describe('a model that was trained to watch', () => {
  it('is shown nothing but what it was trained on', async () => {
    await expect(openModel(TINY, { ...choice, input: { fps: 1 } })).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
      message: expect.stringMatching(/96×64 at 4 a second.*leave out vlm\.width/),
    });
  });
});
