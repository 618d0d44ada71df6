import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { BoothError } from '../../src/errors.js';
import { onnxruntime } from '../../src/onnx/onnxruntime.js';
import { loadVlm } from '../../src/vlm/load.js';
import { loadModel } from '../../src/vlm/model.js';
import { newStrategy } from '../../src/vlm/strategies/registry.js';
import { fc } from '../support/fc.js';
import { promptContext } from '../support/prompt-context.js';
import { clip, collect, TINY, tinyConfig, tinyWith } from './tiny.js';

const GRAPHS = ['decoder_model_merged', 'embed_tokens', 'vision_encoder'].map((name) => `onnx/${name}.onnx`);
const TEXTS = [
  'booth.json',
  'config.json',
  'generation_config.json',
  'preprocessor_config.json',
  'tokenizer.json',
  'tokenizer_config.json',
];

/** What a damaged model may lead to: it is named, or it answers something. */
const NAMED = [
  'MODEL_INVALID',
  'MODEL_TYPE_UNKNOWN',
  'INFERENCE_FAILED',
  'CONTEXT_OVERFLOW',
  'CONFIG_INVALID',
];
const LONGEST_MESSAGE = 2_000;

function expectNamed(error: unknown): void {
  expect(error).toBeInstanceOf(BoothError);
  const { code, message } = error as BoothError;
  expect(NAMED).toContain(code);
  expect(message.length).toBeLessThan(LONGEST_MESSAGE);
}

describe('a model whose graphs are damaged', () => {
  it('is refused, or answers, and its worker ends, whatever bytes are wrong', async () => {
    const damage = fc.record({
      file: fc.constantFrom(...GRAPHS),
      cutAt: fc.option(fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true })),
      flips: fc.array(fc.tuple(fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), fc.nat(7)), {
        minLength: 1,
        maxLength: 8,
      }),
    });
    await fc.assert(
      fc.asyncProperty(damage, async ({ file, cutAt, flips }) => {
        const { path, remove } = await tinyWith({
          [file]: (whole) => {
            if (cutAt !== null) return whole.subarray(0, Math.floor(cutAt * whole.length));
            const damaged = Buffer.from(whole);
            for (const [place, bit] of flips) {
              const at = Math.floor(place * damaged.length);
              damaged[at] = (damaged[at] ?? 0) ^ (1 << bit);
            }
            return damaged;
          },
        });
        try {
          const vlm = await loadVlm({ ...tinyConfig, model: path });
          try {
            await collect((await vlm.open()).look(clip(0), promptContext()));
          } finally {
            await vlm.close();
          }
        } catch (error) {
          expectNamed(error);
        } finally {
          await remove();
        }
      }),
      { numRuns: 5 },
    );
  }, 300_000);
});

describe('a model whose settings are hostile', () => {
  it('is refused, or answers, whatever one of its values is', async () => {
    const texts = await Promise.all(
      TEXTS.map(async (file) => [file, await readFile(join(TINY, file), 'utf8')]),
    );
    const places = Object.fromEntries(
      texts.map(([file, text]) => [file, placesIn(JSON.parse(text as string))]),
    ) as Record<string, (readonly string[])[]>;
    const hostile = fc.constantFrom<unknown>(
      ...[
        0,
        -1,
        1e9,
        2 ** 53,
        1.5,
        1e-9,
        -1e30,
        '',
        'x',
        null,
        true,
        [],
        {},
        undefined,
        [1, 2, 3],
        '(',
        '\\p{',
      ],
      'x'.repeat(100_000),
    );
    const change = fc.constantFrom(...TEXTS).chain((file) =>
      fc.record({
        file: fc.constant(file),
        place: fc.constantFrom(...(places[file] ?? [])),
        value: hostile,
      }),
    );
    await fc.assert(
      fc.asyncProperty(change, async ({ file, place, value }) => {
        const { path, remove } = await tinyWith({ [file]: (text) => changed(text.toString(), place, value) });
        try {
          const model = await loadModel(path, { device: 'cpu', threads: 1, dtype: 'auto' }, onnxruntime);
          try {
            await collect(newStrategy(model).look(clip(0).frames, promptContext(), () => false));
          } finally {
            await model.dispose();
          }
        } catch (error) {
          expectNamed(error);
        } finally {
          await remove();
        }
      }),
      { numRuns: 40 },
    );
  }, 120_000);

  it.each([
    ['a patch of nothing', 'preprocessor_config.json', ['patch_size'], 0, /patch_size/],
    ['a negative patch', 'preprocessor_config.json', ['patch_size'], -14, /patch_size/],
    ['pictures to be enlarged to 10^9 pixels', 'preprocessor_config.json', ['min_pixels'], 1e9, /min_pixels/],
    ['no layers', 'config.json', ['text_config', 'num_hidden_layers'], 0, /num_hidden_layers/],
    ['10^9 layers', 'config.json', ['text_config', 'num_hidden_layers'], 1e9, /num_hidden_layers/],
    ['10^9 tokens a line', 'booth.json', ['maxLineTokens'], 1e9, /maxLineTokens/],
    ['a window of 10^9 clips', 'booth.json', ['window', 'maxTicks'], 1e9, /window\.maxTicks/],
    ['an id of 10^9', 'tokenizer.json', ['model', 'vocab', 'a'], 1e9, /tokenizer\.json gives .*1000000000/],
    ['a hole in the tokens', 'tokenizer.json', ['model', 'vocab', 'a'], undefined, /no token for "a"/],
    [
      'a split that is a number',
      'tokenizer.json',
      ['pre_tokenizer', 'pretokenizers', '0', 'behavior'],
      0,
      /no tokenizer/,
    ],
    [
      'a splitter of a name that does not end',
      'tokenizer.json',
      ['pre_tokenizer', 'pretokenizers', '1', 'type'],
      'x'.repeat(100_000),
      /^.{0,1700}$/,
    ],
    ['an id that is a text', 'tokenizer.json', ['model', 'vocab', 'a'], 'x', /tokenizer\.json gives/],
  ])('is refused by the name of the file and the value: %s', async (_, file, place, value, message) => {
    const { path, remove } = await tinyWith({ [file]: (text) => changed(text.toString(), place, value) });
    try {
      await expect(
        loadModel(path, { device: 'cpu', threads: 1, dtype: 'auto' }, onnxruntime),
      ).rejects.toMatchObject({ code: 'MODEL_INVALID', message: expect.stringMatching(message) });
    } finally {
      await remove();
    }
  });
});

/** The path of every value in a JSON document. */
function placesIn(value: unknown, at: readonly string[] = []): (readonly string[])[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => [[...at, key], ...placesIn(inner, [...at, key])]);
}

/** `text` with another value in one place; `undefined` takes it away. */
function changed(text: string, place: readonly string[], value: unknown): string {
  const document: unknown = JSON.parse(text);
  const parent = place.slice(0, -1).reduce<unknown>((inside, key) => Object(inside)[key], document);
  Object(parent)[place.at(-1) as string] = value;
  return JSON.stringify(document);
}
