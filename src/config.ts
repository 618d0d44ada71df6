import { inspect } from 'node:util';
import type { z } from 'zod';
import { configSchema } from './config-schema.js';
import { BoothError } from './errors.js';
import { deepFreeze, overlay } from './overlay.js';

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
    /** By so much the threads that compute are nicer than the main thread, so that frames and captions go first (Linux). */
    niceness: 5,
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
    /** Tokens guessed from what was said before and checked in one run, at most; 0: none. The words are the same. */
    lookahead: 8,
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
    repeatWindow: 30,
    /** Who speaks: a bundled persona, or a file by path. */
    persona: 'play-by-play',
    /** The model observes, analyses and reasons before it concludes; only the conclusion is spoken. */
    reasoning: false,
    /** Lines below this confidence (0–1) are not said. */
    minConfidence: 0.35,
    /** Reading speed that a cue's time on screen respects. */
    charactersPerSecond: 15,
    charactersPerSecondCjk: 7,
    minDuration: 1.2,
    maxDuration: 7,
    /** Seconds between two cues. */
    gap: 0.08,
    /** Seconds that a line may wait for room before it is stale. */
    staleAfter: 2.5,
    /** A line at least so important (0–1) cuts the one on screen. */
    interruptAt: 0.7,
  },
  captions: { formats: ['vtt', 'srt', 'jsonl'], lineLength: 42, lines: 2 },
  speech: {
    engine: 'auto',
    wordsPerMinute: 160,
    timeoutMs: 8_000,
    /** Live, a line that could not be heard within so many seconds is not spoken; its caption stays. */
    budget: 1.2,
    /** The engine `openai`: its model, and a voice for each speaker. */
    endpointModel: 'gpt-4o-mini-tts',
    endpointVoices: ['alloy', 'onyx'],
  },
  narration: { duckDb: -14, voiceGainDb: 0 },
  server: {
    host: '127.0.0.1',
    port: 8790,
    /** By which it may be asked, beside localhost; empty: by any, unless it listens on loopback. */
    names: [],
    maxSubscribers: 2_000,
    /** A subscriber with more bytes than this unsent, or silent for this long, is closed with 1013. */
    maxBufferedBytes: 4_194_304,
    pingMs: 20_000,
    maxPayloadBytes: 4_096,
    /** Cues kept for subscribers who come late. */
    history: 500,
  },
} as const;

export type Config = Readonly<z.output<typeof configSchema>>;
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
  const result = configSchema.safeParse([DEFAULTS, ...inputs].reduce(overlay, {}), { reportInput: true });
  if (!result.success) {
    const faults = result.error.issues.map(faultOf).join('; ');
    throw new BoothError('CONFIG_INVALID', `The configuration is not valid: ${faults}.`);
  }
  return deepFreeze(result.data);
}

function faultOf({ code, path, message, input }: z.core.$ZodIssue): string {
  const fault = `${path.join('.') || 'config'}: ${message}`;
  if (code === 'unrecognized_keys') return `${fault} (docs/configuration.md has the settings)`;
  return `${fault} (got ${inspect(input, { breakLength: Infinity, maxStringLength: 80 })})`;
}
