import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { makeConfig } from '../../src/config.js';
import { loadVlm, openVlm } from '../../src/vlm/load.js';
import type { LookEvent, Vlm } from '../../src/vlm/vlm.js';
import { promptContext } from '../support/prompt-context.js';
import { fixture } from './families/golden.js';
import { ManualTime } from './openai/server.js';
import { clip, collect, json, TINY, tinyConfig, tinyWith } from './tiny.js';

const context = promptContext();
const crashing = new URL('./crashing-worker.mjs', import.meta.url);
const exiting = new URL('./exiting-worker.mjs', import.meta.url);
const silent = new URL('./silent-worker.mjs', import.meta.url);

describe('a model in a worker', () => {
  afterEach(() => vi.useRealTimers());

  it('says which device and variant runs', async () => {
    const vlm = await loadVlm({ ...tinyConfig, device: 'auto' });
    expect(vlm.info).toEqual({
      name: 'tiny-qwen2_5_vl',
      family: 'qwen2_5_vl',
      device: 'cpu',
      dtype: 'fp32',
      input: { width: 96, height: 64, fps: 4, framesPerClip: 2 },
      languages: ['en', 'zh'],
      takesInstructions: false,
    });
    await vlm.close();
  });

  it('is refused as the fallback of one that is no endpoint', async () => {
    const config = makeConfig({ vlm: { model: TINY, fallback: 'kickabout' } });
    await expect(openVlm(config, () => {})).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
      message: expect.stringMatching(/--fallback kickabout.*openai:/),
    });
  });

  it('ends a look that takes too long with INFERENCE_TIMEOUT, and answers the next', async () => {
    const vlm = await loadVlm(tinyConfig);
    const session = await vlm.open();
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const looking = collect(session.look(clip(0), context));
    const failed = expect(looking).rejects.toMatchObject({ code: 'INFERENCE_TIMEOUT', policy: 'skip' });
    await vi.advanceTimersByTimeAsync(tinyConfig.timeoutMs);
    await failed;
    await expect(collect(session.look(clip(0), context))).resolves.not.toHaveLength(0);
    await vlm.close();
  });

  it('is full for a second channel when a look of its own takes longer than any may take', async () => {
    const vlm = await loadVlm({ ...tinyConfig, timeoutMs: 20 }, { entry: silent });
    await vlm.open({ looksPerSecond: 100 });
    await expect(vlm.open({ looksPerSecond: 100 })).rejects.toMatchObject({
      code: 'CHANNELS_FULL',
      message: expect.stringContaining('200.0 looks a second of 20 ms each'),
    });
    await vlm.close();
  });

  it('raises WORKER_DIED for the live look it dies in, and starts another worker after a pause', async () => {
    const time = new ManualTime();
    const vlm = await loadVlm(tinyConfig, { entry: crashing, clock: time.clock });
    const session = await vlm.open({ looksPerSecond: 1 });
    const first = await collect(session.look(clip(0), context));
    await expect(collect(session.look(clip(1), context))).rejects.toMatchObject({
      code: 'WORKER_DIED',
      policy: 'restart',
      message: expect.stringContaining('struck by lightning'),
    });
    time.pass(500);
    const again = await collect(session.look(clip(0), context));
    expect(again.map(({ kind }) => kind)).toEqual(first.map(({ kind }) => kind));
    await vlm.close();
  });

  it('makes the look it dies in once more where there is time, as if it were the first', async () => {
    const crashed = await loadVlm(tinyConfig, { entry: crashing });
    const session = await crashed.open();
    await collect(session.look(clip(0), context));
    const again = await collect(session.look(clip(1), context));
    const whole = await loadVlm(tinyConfig);
    const alone = await collect((await whole.open()).look(clip(1), context));
    expect(again.map(untimed)).toEqual(alone.map(untimed));
    await Promise.all([crashed.close(), whole.close()]);
  });

  it('raises WORKER_DIED when the worker is gone before the model is loaded', async () => {
    await expect(loadVlm(tinyConfig, { entry: exiting })).rejects.toMatchObject({ code: 'WORKER_DIED' });
  });

  it('can be closed in the middle of a look, and then looks at nothing', async () => {
    const vlm = await loadVlm(tinyConfig);
    const session = await vlm.open();
    const looking = collect(session.look(clip(0), context));
    await vlm.close();
    expect((await looking).every(({ kind }) => kind === 'text')).toBe(true);
    await expect(collect(session.look(clip(0), context))).rejects.toThrow(TypeError);
  });

  it('lets the process end in the middle of a look without aborting it', async () => {
    const script = fileURLToPath(new URL('./exit-in-a-look.mjs', import.meta.url));
    const running = promisify(execFile)(process.execPath, [script, TINY]);
    await expect(running).rejects.toMatchObject({ code: 7, signal: null, stderr: '' });
  });

  it('can be a folder of the hub as it is, shown what the user wants', async () => {
    const wanted = { width: 96, height: 64, fps: 4, framesPerClip: 2 };
    const vlm = await loadVlm({ ...tinyConfig, ...wanted, model: fixture('qwen2_vl') });
    expect(vlm.info).toMatchObject({ family: 'qwen2_vl', input: wanted, takesInstructions: true });
    const events = await collect((await vlm.open()).look(clip(0), context));
    expect(events.at(-1)!.kind).not.toBe('text');
    await vlm.close();
  });

  it('refuses frames of another size', async () => {
    const vlm = await loadVlm(tinyConfig);
    const session = await vlm.open();
    const small = { index: 0, pts: 0, capturedAt: 0, width: 32, height: 32, pixels: new Uint8Array(3072) };
    await expect(collect(session.look({ ...clip(0), frames: [small] }, context))).rejects.toThrow(
      /96×64, received 32×32/,
    );
    await expect(collect(session.look({ ...clip(0), frames: [] }, context))).rejects.toThrow(/received none/);
    await vlm.close();
  });
});

describe('a model that cannot be loaded', () => {
  it.each([
    ['a name that nobody knows', 'nonesuch', 'MODEL_NOT_FOUND', /neither bundled nor a folder/],
    ['a model of the hub', 'owner/name', 'MODEL_NOT_FOUND', /of the Hugging Face hub, get/],
  ])('is %s', async (_, model, code, message) => {
    await expect(loadVlm({ ...tinyConfig, model })).rejects.toMatchObject({
      code,
      message: expect.stringMatching(message),
    });
  });

  it.each([
    [
      'has a manifest that is not valid',
      { 'booth.json': json((manifest) => ({ ...manifest, strategy: 'guess' })) },
      'MODEL_INVALID',
      /booth\.json is not valid: strategy/,
    ],
    [
      'has neither a manifest nor a chat template',
      { 'booth.json': undefined, 'chat_template.jinja': undefined },
      'MODEL_INVALID',
      /has no chat template/,
    ],
    [
      'has a config that is no JSON',
      { 'config.json': () => '{' },
      'MODEL_INVALID',
      /config\.json is not JSON/,
    ],
    [
      'is of an unknown family',
      { 'config.json': json((config) => ({ ...config, model_type: 'llava_next' })) },
      'MODEL_TYPE_UNKNOWN',
      /"llava_next".*knows qwen2_5_vl/,
    ],
    [
      'has a hostile number of layers',
      { 'config.json': json((config) => ({ ...config, text_config: { num_hidden_layers: 1e9 } })) },
      'MODEL_INVALID',
      /text_config\.num_hidden_layers/,
    ],
    [
      'has another number of layers than its decoder',
      { 'config.json': json((config) => ({ ...config, text_config: { num_hidden_layers: 3 } })) },
      'MODEL_INVALID',
      /no input "past_key_values\.2\.key"/,
    ],
    [
      'names tokens that it does not have',
      {
        'booth.json': json((manifest) => ({
          ...manifest,
          tokens: { ...Object(manifest.tokens), silence: 99_999 },
        })),
      },
      'MODEL_INVALID',
      /"silence" is 99999/,
    ],
    ['has no tokenizer', { 'tokenizer.json': () => '{}' }, 'MODEL_INVALID', /no tokenizer/],
    ['lacks a graph', { 'onnx/embed_tokens.onnx': undefined }, 'MODEL_INVALID', /no whole set of graphs/],
    [
      'lacks the data beside its graph',
      {
        'config.json': json((config) => ({
          ...config,
          'transformers.js_config': { use_external_data_format: { decoder_model_merged: 2 } },
        })),
        'onnx/decoder_model_merged.onnx_data': () => 'x',
      },
      'MODEL_INVALID',
      /lacks .*decoder_model_merged\.onnx_data_1/,
    ],
    [
      'has a graph that is cut short',
      { 'onnx/decoder_model_merged.onnx': (whole: Buffer) => whole.subarray(0, whole.length >> 1) },
      'MODEL_INVALID',
      /damaged, cut short/,
    ],
  ])('is one that %s', async (_, changes, code, message) => {
    const { path, remove } = await tinyWith(changes);
    try {
      await expect(loadVlm({ ...tinyConfig, model: path })).rejects.toMatchObject({
        code,
        message: expect.stringMatching(message),
      });
    } finally {
      await remove();
    }
  });

  it('is asked for in a variant that it does not have', async () => {
    await expect(loadVlm({ ...tinyConfig, dtype: 'q4' })).rejects.toMatchObject({
      code: 'MODEL_INVALID',
      message: expect.stringMatching(/for --dtype q4: choose --dtype fp32, or get the model again in q4/),
    });
  });
});

describe('a model whose weights are no numbers', () => {
  it('raises INFERENCE_FAILED at each look, and can be closed', async () => {
    // 0x7e7e is NaN as a half; the embeddings fill the middle of their file.
    const nan = (whole: Buffer) => Buffer.from(whole).fill(0x7e, whole.length >> 2, whole.length >> 1);
    const { path, remove } = await tinyWith({ 'onnx/embed_tokens.onnx': nan });
    const vlm: Vlm = await loadVlm({ ...tinyConfig, model: path });
    const session = await vlm.open();
    for (const seq of [0, 1])
      await expect(collect(session.look(clip(seq), context))).rejects.toMatchObject({
        code: 'INFERENCE_FAILED',
      });
    await vlm.close();
    await remove();
  });
});

describe('the bundled model', () => {
  it('is named by the folder it lies in', async () => {
    const { bundledModels } = await import('../../src/vlm/resolve-model.js');
    for (const name of await bundledModels())
      expect(
        JSON.parse(await readFile(join(TINY, `../../../models/${name}/hub/booth.json`), 'utf8')).name,
      ).toBe(name);
  });
});

/** All of an event but how long it took. */
function untimed(event: LookEvent) {
  return event.kind === 'text'
    ? event
    : { ...event, stats: { tokens: event.stats.tokens, context: event.stats.context } };
}
