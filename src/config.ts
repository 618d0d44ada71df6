import { z } from 'zod';
import { BoothError } from './errors.js';

/** Every default of Booth, and nowhere else. Units are in the names; seconds have no suffix. */
export const DEFAULTS = {
  source: {
    /** What `ffmpeg` may open. Anything else, and whatever looks like an option, is refused. */
    protocols: [
      'file',
      'pipe',
      'http',
      'https',
      'hls',
      'rtsp',
      'rtsps',
      'rtmp',
      'rtmps',
      'udp',
      'srt',
      'v4l2',
      'lavfi',
    ],
    /** No frame for so long means a stalled source: it is killed and restarted. */
    stallTimeoutMs: 10_000,
    /** Restarts of a live source: first pause, longest pause, and how many in a row without a frame. */
    restartBaseMs: 500,
    restartMaxMs: 15_000,
    restartAttempts: 20,
    /** Pictures for the page: width in pixels and frames per second. */
    previewWidth: 960,
    previewFps: 12,
  },
  sampler: {
    /** Mean absolute change between frames, 0–1, over which a frame starts a new scene. */
    sceneThreshold: 0.22,
    /** Change below which a clip may be skipped as motionless; 0 looks at every clip. */
    motionThreshold: 0,
    /** A motionless clip is looked at all the same after so many seconds. */
    maxSkip: 4,
  },
  vlm: {
    model: 'kickabout',
    device: 'auto',
    dtype: 'auto',
    /** `fast` runs beside the thread and extends its cache in place, on the processor; `auto` takes it where it can be had. */
    runtime: 'auto',
    /** A look that takes longer is given up. */
    timeoutMs: 10_000,
    /** Threads of the inference runtime; 0 lets it choose. */
    threads: 0,
    /** What a model that was not trained to watch is shown: pixels, frames a second, frames of one look. 0: the model's own. */
    width: 0,
    height: 0,
    fps: 0,
    framesPerClip: 0,
    /** A live channel is refused when all together would keep the model busy for more than this share of the time; 0: none is. */
    maxLoad: 0.8,
    /** The model that takes over while an endpoint does not answer; `none`: nobody does. */
    fallback: 'none',
  },
  decoding: {
    /** 0 takes the likeliest token always; above it, tokens are drawn. */
    temperature: 0,
    /** Draw from the likeliest tokens that make up this share of all probability; 1 is all. */
    topP: 1,
    /** Draw from so many likeliest tokens; 0 is all. */
    topK: 0,
    /** Above 1, what was said already becomes less likely. */
    repetitionPenalty: 1,
    /** A line ends before the first of these texts. */
    stop: [],
    /** Of the random numbers: the same seed draws the same lines. */
    seed: 0,
    /** Tokens of an answer; 0 is what the model's manifest says. */
    maxTokens: 0,
  },
  endpoint: {
    provider: 'auto',
    /** The picture that is sent, in pixels; a video of another shape is stretched to it. */
    width: 512,
    height: 288,
    /** Frames per second and frames of one request: `framesPerClip / fps` seconds between requests. */
    fps: 1,
    framesPerClip: 2,
    /** 1–100. */
    jpegQuality: 80,
    maxTokens: 80,
    temperature: 0.4,
    /** Nothing received for so long gives a look up; `vlm.timeoutMs` bounds the whole look. */
    stallTimeoutMs: 8_000,
    /** Requests a minute; 0 is no limit. */
    maxRpm: 60,
    /** US dollars an hour, reckoned with the prices below; 0 is no limit. */
    maxUsd: 0,
    usdPerMillionInputTokens: 0,
    usdPerMillionOutputTokens: 0,
  },
  commentator: {
    lang: 'en',
    channel: 'main',
    /** Lines fed back into the next prompt. */
    recentLines: 8,
    /** The story so far in the next prompt: its most important lines, and their characters in total. */
    summaryLines: 12,
    summaryCharacters: 800,
    /** Decide before the look whether to speak; `auto`: for models that have no silence of their own. */
    gate: 'auto',
    /** Share of the time to talk through, 0–1; 0: the persona's own. */
    density: 0,
    /** A file of who plays and who may be named (`docs/roster.md`); `none`: any name may be spoken. */
    roster: 'none',
    /** Check names without a roster too: then nobody is named. */
    strictNames: false,
    /** A line like one of the last so many seconds is a repeat. */
    repeatWindow: 20,
    /** Who speaks: a bundled persona, or a file by path. */
    persona: 'play-by-play',
    /** The model observes, analyses and reasons before it concludes; only the conclusion is spoken. */
    reasoning: false,
    /** Lines below this confidence (0–1) are not said. */
    minConfidence: 0.35,
    /** Reading speed that a cue's time on screen respects. */
    charactersPerSecond: 17,
    charactersPerSecondCjk: 7,
    minDuration: 1.2,
    maxDuration: 7,
    /** Seconds between two cues. */
    gap: 0.08,
    /** Seconds that a line may wait for room before it is stale. */
    staleAfter: 2.5,
    /** A line at least so important (0–1) cuts the one on screen. */
    interruptAt: 0.8,
  },
  captions: { formats: ['vtt', 'srt', 'jsonl'], lineLength: 42, lines: 2 },
  speech: {
    engine: 'auto',
    wordsPerMinute: 175,
    timeoutMs: 8_000,
    /** The engine `openai`: its model, and a voice for each speaker. */
    endpointModel: 'gpt-4o-mini-tts',
    endpointVoices: ['alloy', 'onyx'],
  },
  narration: { duckDb: -14, voiceGainDb: 0 },
  server: {
    host: '127.0.0.1',
    port: 8790,
    maxSubscribers: 2_000,
    /** A subscriber with more bytes than this unsent, or silent for this long, is closed with 1013. */
    maxBufferedBytes: 4_194_304,
    pingMs: 20_000,
    maxPayloadBytes: 4_096,
    /** Cues kept for subscribers who come late. */
    history: 500,
  },
} as const;

const seconds = z.number().min(0).max(3_600);
const milliseconds = z.number().int().min(0).max(3_600_000);
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

const schema = z.strictObject({
  source: z.strictObject({
    protocols: z.array(z.string()).readonly(),
    stallTimeoutMs: milliseconds,
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
    timeoutMs: milliseconds,
    threads: z.number().int().min(0).max(256),
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
    stallTimeoutMs: z.number().int().min(1).max(3_600_000),
    maxRpm: z.number().int().min(0).max(100_000),
    maxUsd: z.number().min(0).max(1_000_000),
    usdPerMillionInputTokens: z.number().min(0).max(1_000_000),
    usdPerMillionOutputTokens: z.number().min(0).max(1_000_000),
  }),
  commentator: z.strictObject({
    lang: z.string().regex(/^[a-z]{2,3}(-[A-Za-z0-9]+)*$/, 'a language tag such as en or zh'),
    channel: z.string().regex(/^[a-z0-9-]{1,32}$/, 'a–z, 0–9 and - only'),
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
    timeoutMs: milliseconds,
    endpointModel: z.string().min(1).max(200),
    endpointVoices: z.array(z.string().min(1).max(100)).min(1).max(8).readonly(),
  }),
  narration: z.strictObject({ duckDb: z.number().min(-60).max(0), voiceGainDb: z.number().min(-20).max(20) }),
  server: z.strictObject({
    host: z.string().min(1),
    port: z.number().int().min(0).max(65_535),
    maxSubscribers: z.number().int().min(1),
    maxBufferedBytes: z.number().int().min(1_024),
    pingMs: milliseconds,
    maxPayloadBytes: z.number().int().min(64),
    history: z.number().int().min(0).max(100_000),
  }),
});

export type Config = Readonly<z.output<typeof schema>>;
export type SourceConfig = Readonly<Config['source']>;
export type SamplerConfig = Readonly<Config['sampler']>;
export type VlmConfig = Readonly<Config['vlm']>;
export type DecodingConfig = Readonly<Config['decoding']>;
export type EndpointConfig = Readonly<Config['endpoint']>;
export type CommentatorConfig = Readonly<Config['commentator']>;
export type CaptionsConfig = Readonly<Config['captions']>;
export type SpeechConfig = Readonly<Config['speech']>;
export type NarrationConfig = Readonly<Config['narration']>;
export type ServerConfig = Readonly<Config['server']>;

/** What a user may write: any part of `Config`. */
export type ConfigInput = { readonly [Section in keyof Config]?: Partial<Config[Section]> };

/**
 * Lays the inputs over the defaults, later ones winning (file < environment < flags), and freezes the result.
 * Raises CONFIG_INVALID with the path, the value's fault and what was expected.
 */
export function makeConfig(...inputs: readonly unknown[]): Config {
  const result = schema.safeParse([DEFAULTS, ...inputs].reduce(overlay, {}));
  if (!result.success) {
    const faults = result.error.issues.map(
      (issue) => `${issue.path.join('.') || 'config'}: ${issue.message}`,
    );
    throw new BoothError('CONFIG_INVALID', `The configuration is not valid: ${faults.join('; ')}.`);
  }
  return deepFreeze(result.data);
}

/** `undefined` above changes nothing; what is not an object is left for the schema to refuse. */
function overlay(below: unknown, above: unknown): unknown {
  if (above === undefined) return below;
  if (!isRecord(below) || !isRecord(above)) return above;
  const merged = { ...below };
  for (const [name, value] of Object.entries(above)) merged[name] = overlay(merged[name], value);
  return merged;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function deepFreeze<Value extends object>(value: Value): Value {
  for (const inner of Object.values(value)) if (isRecord(inner) || Array.isArray(inner)) deepFreeze(inner);
  return Object.freeze(value);
}
