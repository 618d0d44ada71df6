import { z } from 'zod';
import { channelName } from './media/channel-name.js';
import { isLanguageTag } from './media/language-name.js';

const seconds = z.number().min(0).max(3_600);
const milliseconds = z.number().int().min(0).max(3_600_000);
/** A wait that ends: none at all would end everything at once. */
const timeout = z.number().int().min(1).max(3_600_000);
const share = z.number().min(0).max(1);

export const CAPTION_FORMATS = ['vtt', 'srt', 'jsonl'] as const;
export type CaptionFormat = (typeof CAPTION_FORMATS)[number];

export const DEVICES = ['auto', 'cpu', 'webgpu', 'cuda', 'tensorrt', 'coreml', 'dml'] as const;
export type DeviceChoice = (typeof DEVICES)[number];

export const RUNTIMES = ['auto', 'fast', 'portable'] as const;

export const SPEECH_ENGINES = ['auto', 'espeak-ng', 'festival', 'say', 'openai', 'none'] as const;
export type SpeechEngine = (typeof SPEECH_ENGINES)[number];

export const PROVIDERS = ['auto', 'openai', 'vllm', 'sglang', 'llamacpp', 'ollama'] as const;
export type ProviderChoice = (typeof PROVIDERS)[number];

export const GATES = ['auto', 'on', 'off'] as const;

/** Every setting with what it may be; the defaults are in `config.ts`. */
export const configSchema = z.strictObject({
  source: z.strictObject({
    protocols: z.array(z.string()).readonly(),
    stallTimeoutMs: timeout,
    restartBaseMs: milliseconds,
    restartMaxMs: milliseconds,
    restartAttempts: z.number().int().min(0),
    previewWidth: z.number().int().min(16).max(3_840),
    previewFps: z.number().min(1).max(60),
  }),
  sampler: z.strictObject({ sceneThreshold: share, motionThreshold: share, maxSkip: seconds }),
  vlm: z.strictObject({
    model: z.string().min(1),
    device: z.enum(DEVICES),
    dtype: z.string().min(1),
    runtime: z.enum(RUNTIMES),
    timeoutMs: timeout,
    threads: z.number().int().min(0).max(256),
    niceness: z.number().int().min(0).max(19),
    width: z.number().int().min(0).max(3_840),
    height: z.number().int().min(0).max(3_840),
    fps: z.number().min(0).max(60),
    framesPerClip: z.number().int().min(0).max(64),
    maxLoad: share,
    fallback: z.string().min(1),
  }),
  decoding: z.strictObject({
    temperature: z.number().min(0).max(2),
    topP: z.number().gt(0).max(1),
    topK: z.number().int().min(0).max(1_000_000),
    repetitionPenalty: z.number().min(0.1).max(10),
    stop: z.array(z.string().min(1).max(200)).max(16).readonly(),
    seed: z.number().int().min(0).max(Number.MAX_SAFE_INTEGER),
    maxTokens: z.number().int().min(0).max(4_096),
    lookahead: z.number().int().min(0).max(64),
  }),
  endpoint: z.strictObject({
    provider: z.enum(PROVIDERS),
    width: z.number().int().min(32).max(3_840),
    height: z.number().int().min(32).max(3_840),
    fps: z.number().min(0.05).max(30),
    framesPerClip: z.number().int().min(1).max(32),
    jpegQuality: z.number().int().min(1).max(100),
    maxTokens: z.number().int().min(1).max(8_192),
    temperature: z.number().min(0).max(2),
    stallTimeoutMs: timeout,
    maxRpm: z.number().int().min(0).max(100_000),
    maxUsd: z.number().min(0).max(1_000_000),
    usdPerMillionInputTokens: z.number().min(0).max(1_000_000),
    usdPerMillionOutputTokens: z.number().min(0).max(1_000_000),
  }),
  commentator: z.strictObject({
    lang: z
      .string()
      .refine(
        (tag) => /^[a-z]{2,3}(-[A-Za-z0-9]+)*$/.test(tag) && isLanguageTag(tag),
        'a language tag such as en or zh',
      ),
    channel: channelName,
    recentLines: z.number().int().min(0).max(32),
    summaryLines: z.number().int().min(0).max(64),
    summaryCharacters: z.number().int().min(0).max(8_000),
    gate: z.enum(GATES),
    density: share,
    roster: z.string().min(1).max(4_096),
    strictNames: z.boolean(),
    repeatWindow: seconds,
    persona: z.string().min(1).max(1_000),
    reasoning: z.boolean(),
    minConfidence: share,
    charactersPerSecond: z.number().min(1).max(100),
    charactersPerSecondCjk: z.number().min(1).max(100),
    minDuration: seconds,
    maxDuration: seconds,
    gap: seconds,
    staleAfter: seconds,
    interruptAt: share,
  }),
  captions: z.strictObject({
    formats: z.array(z.enum(CAPTION_FORMATS)).readonly(),
    lineLength: z.number().int().min(8).max(200),
    lines: z.number().int().min(1).max(4),
  }),
  speech: z.strictObject({
    engine: z.enum(SPEECH_ENGINES),
    wordsPerMinute: z.number().int().min(80).max(450),
    timeoutMs: timeout,
    budget: seconds,
    endpointModel: z.string().min(1).max(200),
    endpointVoices: z.array(z.string().min(1).max(100)).min(1).max(8).readonly(),
  }),
  narration: z.strictObject({ duckDb: z.number().min(-60).max(0), voiceGainDb: z.number().min(-20).max(20) }),
  server: z.strictObject({
    host: z.string().min(1),
    port: z.number().int().min(0).max(65_535),
    names: z.array(z.string().min(1).max(253)).max(64).readonly(),
    maxSubscribers: z.number().int().min(1),
    maxBufferedBytes: z.number().int().min(1_024),
    pingMs: z.number().int().min(100).max(3_600_000),
    maxPayloadBytes: z.number().int().min(64),
    history: z.number().int().min(0).max(100_000),
  }),
});
