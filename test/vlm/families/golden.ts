import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { onnxruntime } from '../../../src/onnx/onnxruntime.js';
import type { Runtime } from '../../../src/onnx/runtime.js';
import type { Tensor } from '../../../src/onnx/tensor.js';
import { ChatTemplate, chatTemplateOf, type Message } from '../../../src/vlm/chat-template.js';
import type { Family, Sight } from '../../../src/vlm/families/family.js';
import { loadModel, type Model } from '../../../src/vlm/model.js';
import { type PromptPart, partsOf, place } from '../../../src/vlm/prompt.js';
import { patterned } from '../images/pictures.js';

/** One conversation with pictures, and what the reference makes of it; written by `models/parity/tiny_*.py`. */
export interface GoldenCase {
  readonly name: string;
  readonly kind: 'images' | 'video';
  /** A clip shown to a family that has no videos. */
  readonly whole?: boolean;
  /** Shown to the model without what its graphs leave out. */
  readonly plain?: boolean;
  readonly fps?: number;
  /** Width, height and seed of each. */
  readonly pictures: readonly [number, number, number][];
  readonly messages: readonly Message[];
  readonly text: string;
  /** [id, times] for each run of equal ids of the expanded prompt. */
  readonly ids: readonly [number, number][];
  readonly pixels: {
    readonly dims: readonly number[];
    readonly every: number;
    readonly values: readonly number[];
    /** Of all values, where they agree to the bit; for frames of videos, as the reference scales stills. */
    readonly sha256?: string;
  };
  /** Of time, row and column; left out where all three count on like text. */
  readonly positions?: readonly [number[], number[], number[]];
  readonly logits: readonly number[];
  readonly greedy: readonly number[];
}

export function fixture(name: string): string {
  return fileURLToPath(new URL(`../../fixtures/tiny-${name}`, import.meta.url));
}

export function goldenCases(name: string): readonly GoldenCase[] {
  return JSON.parse(readFileSync(join(fixture(name), 'golden.json'), 'utf8')).cases;
}

/**
 * Holds a family to golden cases of the tiny model in `folder`. `perByte` is how far a normalised value moves with one step of a byte.
 */
export function describeParity(
  name: string,
  perByte: number,
  {
    folder = fixture(name),
    cases = goldenCases(name),
    open = async () => onnxruntime,
  }: { folder?: string; cases?: readonly GoldenCase[]; open?: () => Promise<Runtime> } = {},
): void {
  let model: Model;
  beforeAll(async () => {
    model = await loadModel(folder, { device: 'cpu', threads: 1, dtype: 'auto' }, await open());
  });
  afterAll(() => model.dispose());

  describe.each(cases)(`tiny-${name}, $kind: $name`, (golden) => {
    it('renders the prompt as the reference does', () => {
      const { chatTemplate } = sightOf(model.family, golden);
      const template =
        chatTemplate === undefined
          ? chatTemplateOf(model.folder)
          : new ChatTemplate(chatTemplate, model.folder.tokenizer.config);
      expect(template.render(golden.messages)).toBe(golden.text);
    });

    it('prepares the pixels as the reference does', () => {
      const { dims, every, values, sha256 } = golden.pixels;
      const pixels = pixelsOf(sightOf(model.family, golden));
      expect(pixels).toHaveLength(dims.reduce((product, dim) => product * dim, 1));
      const sampled = pixels.filter((_, at) => at % every === 0);
      expect(sampled).toHaveLength(values.length);
      const furthest = Math.max(...values.map((value, i) => Math.abs(value - (sampled[i] as number))));
      expect(furthest).toBeLessThanOrEqual(perByte * 1.001);
      if (sha256 !== undefined)
        expect(createHash('sha256').update(new Uint8Array(pixels.buffer)).digest('hex')).toBe(sha256);
    });

    it('answers as the reference does: ids, positions, logits, greedy tokens', async () => {
      const sight = sightOf(model.family, golden);
      const parts = partsOf(golden.text, sight, await model.encode(sight), model.tokenizer);
      const ids = golden.ids.flatMap(([id, times]) => Array<number>(times).fill(id));
      expect(spelledOut(parts, model.tokenizer.id(sight.pad))).toEqual(ids);
      const plain = ids.map((_, i) => i);
      const { t, h, w } = place(0, parts);
      expect([t, h, w]).toEqual(golden.positions ?? [plain, plain, plain]);

      let { logits, context } = await model.extend(model.empty, parts);
      expect(logits).toHaveLength(golden.logits.length);
      const furthest = Math.max(...golden.logits.map((value, i) => Math.abs(value - (logits[i] as number))));
      expect(furthest).toBeLessThan(1e-3);
      const greedy = [likeliest(logits)];
      while (greedy.length < golden.greedy.length) {
        ({ logits, context } = await model.extend(context, [{ ids: greedy.slice(-1) }]));
        greedy.push(likeliest(logits));
      }
      expect(greedy).toEqual(golden.greedy);
    });
  });
}

function sightOf(family: Family, { kind, whole, fps = 1, pictures }: GoldenCase): Sight {
  const shown = pictures.map(([width, height, seed]) => patterned(width, height, seed));
  if (kind === 'images' && whole !== true) return family.images(shown);
  const sight = family.video?.(shown, { fps });
  if (sight === undefined) throw new Error('the family has no videos');
  return sight;
}

function pixelsOf({ runs }: Sight): Float32Array {
  return Float32Array.from(
    runs.flatMap(({ pixel_values }) => [...((pixel_values as Tensor).data as Float32Array)]),
  );
}

function spelledOut(parts: readonly PromptPart[], pad: number | undefined): (number | undefined)[] {
  return parts.flatMap((part) => ('ids' in part ? part.ids : Array(part.vision.tokens).fill(pad)));
}

function likeliest(logits: Float32Array): number {
  return logits.indexOf(Math.max(...logits));
}
