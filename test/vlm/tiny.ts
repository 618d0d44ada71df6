import { readFileSync } from 'node:fs';
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { DEFAULTS, type VlmConfig } from '../../src/config.js';
import type { Clip } from '../../src/media/clip.js';
import { onnxruntime } from '../../src/onnx/onnxruntime.js';
import { isStreaming, loadModel, type StreamingModel } from '../../src/vlm/model.js';
import type { Picture } from '../../src/vlm/pixels.js';
import type { LookEvent } from '../../src/vlm/vlm.js';

/** A random Qwen2.5-VL of 0.2 M parameters with what the reference computes; made by `models/parity/tiny_qwen2_5_vl.py`. */
export const TINY = fileURLToPath(new URL('../fixtures/tiny-qwen2_5_vl', import.meta.url));

export interface GoldenTick {
  readonly context: number;
  readonly positions: readonly [number[], number[], number[]];
  readonly logits: readonly number[];
  readonly ids: readonly number[];
  readonly text?: string;
}

export interface Golden {
  readonly memory: string[];
  /** Ids of the text before the first clip. */
  readonly prefix: number[];
  readonly lang: string;
  readonly ticks: readonly GoldenTick[];
  readonly pixels: { readonly dims: number[]; readonly every: number; readonly values: number[] };
  readonly tokenizer: readonly { readonly text: string; readonly ids: number[]; readonly decoded: string }[];
}

export const golden: Golden = JSON.parse(readFileSync(join(TINY, 'golden.json'), 'utf8'));

export const tinyConfig: VlmConfig = { ...DEFAULTS.vlm, model: TINY, device: 'cpu', threads: 1 };

/** The tiny model in memory; the caller disposes of it. */
export async function loadTiny(): Promise<StreamingModel> {
  const model = await loadModel(TINY, { device: 'cpu', threads: 1, dtype: 'auto' }, onnxruntime);
  if (!isStreaming(model)) throw new TypeError('the tiny model has become another one');
  return model;
}

const WIDTH = 96;
const HEIGHT = 64;

/** The golden file's formula for frame `index`. */
export function picture(index: number): Picture {
  const pixels = Uint8Array.from({ length: WIDTH * HEIGHT * 3 }, (_, at) => {
    const c = at % 3;
    const x = Math.floor(at / 3) % WIDTH;
    const y = Math.floor(at / 3 / WIDTH);
    return (7 * x + 13 * y + 29 * c + 101 * index + ((x * y * (index + 1)) >> 3)) % 256;
  });
  return { width: WIDTH, height: HEIGHT, pixels };
}

/** Clip `seq` of the golden stream: two frames at 4 a second. */
export function clip(seq: number): Clip {
  const frames = [2 * seq, 2 * seq + 1].map((index) => ({
    ...picture(index),
    index,
    pts: index / 4,
    capturedAt: index * 250,
  }));
  return { seq, frames, start: seq / 2, end: seq / 2 + 0.25, capturedAt: 0, change: 0, sceneCut: false };
}

export async function collect(events: AsyncIterable<LookEvent>): Promise<LookEvent[]> {
  const all: LookEvent[] = [];
  for await (const event of events) all.push(event);
  return all;
}

/** A copy of a tiny model with some of its files changed; `undefined` takes a file away. */
export async function tinyWith(
  changes: Record<string, ((before: Buffer) => Uint8Array | string) | undefined>,
  from = TINY,
): Promise<{ path: string; remove: () => Promise<void> }> {
  const path = await mkdtemp(join(tmpdir(), 'booth-tiny-'));
  await cp(from, path, { recursive: true });
  for (const [file, change] of Object.entries(changes)) {
    const at = join(path, file);
    if (change === undefined) await rm(at);
    else await writeFile(at, change(await readFile(at).catch(() => Buffer.alloc(0))));
  }
  return { path, remove: () => rm(path, { recursive: true }) };
}

/** For `tinyWith`: changes a JSON file's value. */
export function json(change: (value: Record<string, never>) => unknown): (before: Buffer) => string {
  return (before) => JSON.stringify(change(JSON.parse(before.toString())));
}
