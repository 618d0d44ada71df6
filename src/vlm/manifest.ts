import { z } from 'zod';
import { type Dtype, SUFFIXES } from '../onnx/names.js';
import type { Provider } from '../onnx/runtime.js';
import type { ModelInput } from './vlm.js';

const tokenId = z.number().int().min(0);
const side = z.number().int().min(1).max(8_192);

/**
 * Which variant to take on which device, best first. A processor computes in float32: halves are slower there, and four bits are read in half
 * the time of eight. Graphics cards have halves in hardware, and no kernels for dynamically quantised integers.
 */
const ON_PROCESSOR: readonly Dtype[] = ['q4', 'q8', 'fp32', 'int8', 'uint8', 'bnb4', 'q4f16', 'fp16'];
const ON_CARD: readonly Dtype[] = ['fp16', 'q4f16', 'fp32', 'q4', 'bnb4', 'q8', 'int8', 'uint8'];
const ON_WEBGPU: readonly Dtype[] = ['q4f16', 'fp16', 'q4', 'fp32', 'bnb4', 'q8', 'int8', 'uint8'];

function preferred(device: Provider): readonly Dtype[] {
  if (device === 'cpu') return ON_PROCESSOR;
  return device === 'webgpu' ? ON_WEBGPU : ON_CARD;
}

/** What every model's `booth.json` says. */
const common = {
  name: z.string().min(1),
  version: z.string(),
  family: z.string().min(1),
  licence: z.string(),
  description: z.string(),
  /** What the model has seen, for the user to judge what it can know. */
  knowsOnly: z.string().optional(),
  languages: z.array(z.string().min(2)).min(1),
  /** The pictures it wants: `framesPerTick` of them at `fps` make one clip. */
  input: z.object({
    width: side,
    height: side,
    fps: z.number().positive().max(240),
    framesPerTick: z.number().int().min(1).max(256),
    resize: z.literal('stretch'),
  }),
  maxLineTokens: z.number().int().min(1).max(4_096),
  /** Variants of the weights, best first, and what their files' names end in. */
  dtypes: z
    .record(z.string(), z.object({ suffix: z.string().regex(/^[A-Za-z0-9_]*$/) }))
    .refine((dtypes) => Object.keys(dtypes).length > 0, 'name at least one'),
};

/** For models that were trained to watch: clips are appended to one growing context. */
const streamingSchema = z.object({
  ...common,
  strategy: z.literal('streaming'),
  prompt: z.object({
    /** By language. */
    system: z.record(z.string(), z.string()),
    /** Lines of what was said before that go into `{memory}`, and what joins them. */
    memoryLines: z.number().int().min(0).max(64),
    memorySeparator: z.string(),
    /** The text before the first clip, with `{system}` and `{memory}`. */
    prefix: z.string(),
    tokensPerTick: z.number().int().min(1),
  }),
  tokens: z.object({
    silence: tokenId,
    endOfLine: tokenId,
    visionStart: tokenId,
    visionEnd: tokenId,
    videoPad: tokenId,
  }),
  /** By language: added to the logit of `silence` before deciding to speak. */
  silenceBias: z.record(z.string(), z.number()),
  /** By language: added to the logits of tokens with which lines begin, so that each kind is said when it is sure enough. */
  openingBias: z
    .record(z.string(), z.array(z.object({ opens: z.string(), id: tokenId, by: z.number() })))
    .default({}),
  /** Clips in the context: at `maxTicks` it is built anew with the last `keepTicks`. */
  window: z
    .object({ maxTicks: z.number().int().min(1).max(10_000), keepTicks: z.number().int().min(0) })
    .refine(({ maxTicks, keepTicks }) => keepTicks < maxTicks, 'keepTicks must be less than maxTicks'),
});

/** For every other model: each look is a conversation of its own, prompted through the folder's chat template. */
const historySchema = z.object({ ...common, strategy: z.literal('history') });

/** `booth.json` of a model folder: what Booth must know beyond the hub's own files. Documented in `docs/models.md`. */
export const manifestSchema = z.discriminatedUnion('strategy', [streamingSchema, historySchema]);

export type Manifest = Readonly<z.output<typeof manifestSchema>>;
export type StreamingManifest = Extract<Manifest, { strategy: 'streaming' }>;
export type HistoryManifest = Extract<Manifest, { strategy: 'history' }>;

/** What is taken for granted of a hub folder without a `booth.json`. */
export function defaultManifest(
  name: string,
  family: string,
  { width, height, fps, framesPerClip }: ModelInput,
  device: Provider,
): HistoryManifest {
  return {
    name,
    version: 'unknown',
    family,
    licence: 'unknown',
    description: 'A model in the layout of the Hugging Face hub.',
    languages: ['mul'],
    input: { width, height, fps, framesPerTick: framesPerClip, resize: 'stretch' },
    strategy: 'history',
    maxLineTokens: 48,
    dtypes: Object.fromEntries(preferred(device).map((dtype) => [dtype, { suffix: SUFFIXES[dtype] }])),
  };
}
