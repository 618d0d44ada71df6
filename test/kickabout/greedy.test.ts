import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { onnxruntime } from '../../src/onnx/onnxruntime.js';
import type { StreamingManifest } from '../../src/vlm/manifest.js';
import { isStreaming, loadModel } from '../../src/vlm/model.js';
import type { Picture } from '../../src/vlm/pixels.js';
import type { PromptPart } from '../../src/vlm/prompt.js';
import type { Context } from '../../src/vlm/reading.js';

/** What the reference PyTorch class says, greedily; written by `models/kickabout/train/check_export.py --record`. */
interface Recorded {
  /** sha256 of the graphs and the tokenizer. */
  readonly model: string;
  readonly videos: readonly string[];
  /** Of ffmpeg: from a video to the model's frames. */
  readonly filter: string;
  /** Ticks before a fresh context, in the next language. */
  readonly window: number;
  readonly languages: readonly string[];
  /** Ids of each tick: silence alone, or a line. */
  readonly ticks: readonly (readonly number[])[];
}

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const HUB = join(ROOT, 'models/kickabout/hub');
const recorded: Recorded = JSON.parse(readFileSync(new URL('greedy.json', import.meta.url), 'utf8'));
const run = promisify(execFile);

function digest(): string {
  const graphs = ['vision_encoder', 'embed_tokens', 'decoder_model_merged'].map(
    (name) => `onnx/${name}.onnx`,
  );
  const hash = createHash('sha256');
  for (const file of [...graphs, 'tokenizer.json']) hash.update(readFileSync(join(HUB, file)));
  return hash.digest('hex');
}

/** The frames of one video at the model's size and rate. */
async function frames(video: string, width: number, height: number): Promise<Picture[]> {
  const args = ['-v', 'error', '-i', join(ROOT, video), '-vf', recorded.filter, '-f', 'rawvideo', '-'];
  const { stdout } = await run('ffmpeg', args, { encoding: 'buffer', maxBuffer: 64 * 1024 * 1024 });
  const bytes = width * height * 3;
  return Array.from({ length: stdout.length / bytes }, (_, index) => ({
    width,
    height,
    pixels: new Uint8Array(stdout.subarray(index * bytes, (index + 1) * bytes)),
  }));
}

async function* clips({
  width,
  height,
  framesPerTick,
}: StreamingManifest['input']): AsyncGenerator<Picture[]> {
  for (const video of recorded.videos) {
    const all = await frames(video, width, height);
    for (let first = 0; first + framesPerTick <= all.length; first += framesPerTick)
      yield all.slice(first, first + framesPerTick);
  }
}

function likeliest(logits: Float32Array, not?: number): number {
  let best = not === 0 ? 1 : 0;
  logits.forEach((value, id) => {
    if (id !== not && value > (logits[best] ?? 0)) best = id;
  });
  return best;
}

it('the recorded answers are those of the shipped weights (else: check_export.py --record)', () => {
  expect(digest()).toBe(recorded.model);
});

it("says what PyTorch says over 200 ticks of the samples, id by id, in Booth's own engine", async () => {
  const model = await loadModel(HUB, { device: 'cpu', threads: 1, dtype: 'auto' }, onnxruntime);
  try {
    if (!isStreaming(model)) throw new TypeError('the bundled model is one that streams');
    const { manifest } = model.folder;
    const { silence, endOfLine, visionStart, visionEnd } = manifest.tokens;
    const { prefix, system } = manifest.prompt;
    let context: Context = model.empty;
    let unread: PromptPart[] = [];
    let tick = 0;
    for await (const clip of clips(manifest.input)) {
      if (tick % recorded.window === 0) {
        const lang = recorded.languages[(tick / recorded.window) % recorded.languages.length] ?? '';
        const text = prefix.replace('{system}', system[lang] ?? '').replace('{memory}', '');
        context = model.empty;
        unread = [{ ids: model.tokenizer.encode(text) }];
      }
      const seen = { vision: await model.see(clip) };
      let reading = await model.extend(context, [
        ...unread,
        { ids: [visionStart] },
        seen,
        { ids: [visionEnd] },
      ]);
      const said = [likeliest(reading.logits)];
      while (said[0] !== silence && said.at(-1) !== endOfLine && said.length < manifest.maxLineTokens) {
        reading = await model.extend(reading.context, [{ ids: said.slice(-1) }]);
        said.push(likeliest(reading.logits, silence));
      }
      expect(said, `tick ${tick}`).toEqual(recorded.ticks[tick]);
      context = reading.context;
      unread = said[0] === silence ? [] : [{ ids: said.slice(-1) }];
      tick += 1;
      if (tick === recorded.ticks.length) break;
    }
    expect(tick).toBe(200);
  } finally {
    await model.dispose();
  }
}, 240_000);
