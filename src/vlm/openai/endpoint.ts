import type { Config, EndpointConfig } from '../../config.js';
import { BoothError } from '../../errors.js';
import type { Clip } from '../../media/clip.js';
import type { Frame } from '../../media/frame.js';
import { type Clock, systemClock } from '../../media/time.js';
import { type Patience, type StartTimer, systemTimer, Watch } from '../../openai/watch.js';
import { jpegOf } from '../pictures.js';
import type { LookEvent, LookStats, ModelInfo, PromptContext, Vlm, VlmSession } from '../vlm.js';
import { Chat } from './chat.js';
import { type Connection, connect, greet, type Welcome } from './connection.js';
import { DIALECTS } from './dialects.js';
import { type Endpoint, failure, TRIES_AGAIN } from './failures.js';
import { Limits, type Pause } from './limits.js';
import type { Still } from './prompt.js';

/** `--model openai:<model>`. */
export const PREFIX = 'openai:';

/** An endpoint tells no probabilities: a line is as sure as the model that decided to say it. */
const CONFIDENCE = 1;

/** One warning about each limit in so many milliseconds. */
const WARN_EVERY = 3_600_000;

export interface EndpointOptions {
  readonly onWarning: (error: BoothError) => void;
  /**
   * Somebody takes over when it does not answer. Then it need not answer at the start, and an exhausted limit is a
   * failed look; else an exhausted limit is silence, after one warning.
   */
  readonly backed?: boolean;
  readonly environment?: NodeJS.ProcessEnv;
  readonly clock?: Clock;
  readonly startTimer?: StartTimer;
}

interface Deps {
  readonly onWarning: (error: BoothError) => void;
  readonly backed: boolean;
  readonly clock: Clock;
  readonly patience: Patience;
}

/**
 * A model behind an OpenAI-compatible chat endpoint, which is asked once what it is. Raises CONFIG_INVALID (key,
 * address, a budget without prices) and MODEL_NOT_FOUND (nobody answers).
 */
export async function openEndpoint(
  { vlm, endpoint: config }: Pick<Config, 'vlm' | 'endpoint'>,
  options: EndpointOptions,
): Promise<Vlm> {
  const model = vlm.model.slice(PREFIX.length);
  if (model === '')
    throw new BoothError('CONFIG_INVALID', `vlm.model: "${vlm.model}" names no model. Give openai:<model>.`);
  if (config.maxUsd > 0 && config.usdPerMillionInputTokens + config.usdPerMillionOutputTokens === 0)
    throw new BoothError(
      'CONFIG_INVALID',
      `endpoint.maxUsd: ${config.maxUsd} needs prices. Set endpoint.usdPerMillionInputTokens and endpoint.usdPerMillionOutputTokens.`,
    );
  const { onWarning, backed = false, clock = systemClock, startTimer = systemTimer } = options;
  const patience = { stallTimeoutMs: config.stallTimeoutMs, timeoutMs: vlm.timeoutMs, startTimer };
  const deps = { onWarning, backed, clock, patience };
  const connection = connect(model, options.environment ?? process.env);
  return new EndpointVlm(connection, await welcomed(connection, deps), config, deps);
}

async function welcomed(connection: Connection, { patience, backed, onWarning }: Deps): Promise<Welcome> {
  const watch = new Watch(patience, []);
  try {
    return await greet(connection, watch.signal);
  } catch (thrown) {
    const error = watch.ended === null ? thrown : mute(connection.endpoint, patience);
    const absent = error instanceof BoothError && error.code === 'MODEL_NOT_FOUND';
    if (!absent || !backed) throw error;
    onWarning(error);
    return { provider: 'unknown', models: [] };
  } finally {
    watch.close();
  }
}

class EndpointVlm implements Vlm {
  readonly info: ModelInfo;
  readonly endpoint: Endpoint;
  readonly config: EndpointConfig;
  readonly deps: Deps;
  readonly chat: Chat;
  readonly limits: Limits;
  readonly #closing = new AbortController();
  readonly #warnedAt = new Map<Pause['by'], number>();

  constructor(connection: Connection, welcome: Welcome, config: EndpointConfig, deps: Deps) {
    const provider = config.provider === 'auto' ? welcome.provider : config.provider;
    const { width, height, fps, framesPerClip } = config;
    this.info = {
      name: connection.endpoint.model,
      family: provider === 'unknown' ? 'openai-compatible' : provider,
      device: connection.baseUrl.host,
      dtype: 'remote',
      input: { width, height, fps, framesPerClip },
      languages: ['mul'],
      takesInstructions: true,
    };
    this.endpoint = { ...connection.endpoint, models: welcome.models };
    this.config = config;
    this.deps = deps;
    this.limits = new Limits(config, deps.clock);
    this.chat = new Chat(connection, DIALECTS[provider], config, { ...deps, limits: this.limits });
  }

  get closing(): AbortSignal {
    return this.#closing.signal;
  }

  async open(): Promise<VlmSession> {
    if (this.closing.aborted) throw new TypeError('the model is closed');
    return new EndpointSession(this);
  }

  /** Ends the looks under way. */
  async close(): Promise<void> {
    this.#closing.abort();
  }

  /** The failure, with the rest that follows. Where somebody takes over, it is they who decide when to ask again. */
  failed(error: BoothError): BoothError {
    const ms = this.deps.backed || error.policy === 'fatal' ? 0 : this.limits.failed();
    if (ms === 0) return error;
    const message = `${error.message.replace(TRIES_AGAIN, '')} It failed again; nothing is sent to it for ${ms / 1_000} s.`;
    return new BoothError(error.code, message);
  }

  answered(): void {
    if (!this.limits.answered()) return;
    this.deps.onWarning(new BoothError('INFERENCE_FAILED', `${this.endpoint.address} answers again.`));
  }

  /** True when this look is to be silent because a limit of the user's is exhausted. Raises INFERENCE_FAILED. */
  mustRest(): boolean {
    const pause = this.limits.pause();
    if (pause === null) return false;
    const now = this.deps.clock.now();
    const warned = now - (this.#warnedAt.get(pause.by) ?? Number.NEGATIVE_INFINITY) < WARN_EVERY;
    // The failure that brought the rest has told of it.
    if (pause.by === 'failures') return true;
    if (pause.by !== 'server' && !this.deps.backed && warned) return true;
    this.#warnedAt.set(pause.by, now);
    throw resting(pause, this.endpoint, this.config);
  }
}

class EndpointSession implements VlmSession {
  readonly #vlm: EndpointVlm;
  readonly #closing = new AbortController();
  #looking = false;

  constructor(vlm: EndpointVlm) {
    this.#vlm = vlm;
  }

  async *look(clip: Clip, context: PromptContext, signal?: AbortSignal): AsyncGenerator<LookEvent, void> {
    if (this.#looking)
      throw new TypeError('a session looks at one clip at a time: wait for the look before to end');
    checkSize(clip, this.#vlm.info);
    if (context.answer !== undefined)
      throw new TypeError(
        'an endpoint answers in lines: choices and schemas are for chat models on this machine',
      );
    if (signal?.aborted) return;
    this.#looking = true;
    const watch = new Watch(this.#vlm.deps.patience, [signal, this.#vlm.closing, this.#closing.signal]);
    try {
      yield* this.#look(clip, context, watch);
    } catch (thrown) {
      if (thrown instanceof BoothError) throw thrown;
      if (watch.ended !== null && watch.ended !== 'aborted')
        throw this.#vlm.failed(late(watch.ended, this.#vlm));
      if (watch.ended === null) throw this.#vlm.failed(failure(thrown, this.#vlm.endpoint));
    } finally {
      watch.close();
      this.#looking = false;
    }
  }

  /** Ends the look under way. */
  async close(): Promise<void> {
    this.#closing.abort();
  }

  async *#look(clip: Clip, context: PromptContext, watch: Watch): AsyncGenerator<LookEvent, void> {
    const { chat, config, deps } = this.#vlm;
    const started = deps.clock.now();
    if (this.#vlm.mustRest()) {
      yield { kind: 'silence', confidence: CONFIDENCE, stats: NO_WORK };
      return;
    }
    const stills = await stillsOf(clip.frames, config.jpegQuality);
    const sent = deps.clock.now();
    let answered: number | undefined;
    for await (const part of chat.ask(stills, context, watch)) {
      const now = deps.clock.now();
      answered ??= now;
      const { prompt } = part;
      if (part.kind === 'partial') {
        yield { kind: 'text', text: part.line, confidence: CONFIDENCE, prompt };
        continue;
      }
      this.#vlm.answered();
      const { line, reasoning, pieces, usage } = part;
      const stats: LookStats = {
        visionMs: sent - started,
        prefillMs: answered - sent,
        decodeMs: now - answered,
        tokens: usage?.output ?? pieces,
        context: usage === null ? 0 : usage.input + usage.output,
      };
      const answer = { confidence: CONFIDENCE, prompt, stats };
      if (line === null) yield { kind: 'silence', ...answer };
      else yield { kind: 'end', text: line, ...answer, ...(reasoning && { reasoning }) };
    }
  }
}

const NO_WORK: LookStats = { visionMs: 0, prefillMs: 0, decodeMs: 0, tokens: 0, context: 0 };

/** A clip that was filled up with its last frame shows that frame once. */
async function stillsOf(frames: readonly Frame[], quality: number): Promise<Still[]> {
  const shown = frames.filter((frame, i) => frame !== frames[i - 1]);
  return Promise.all(shown.map(async (frame) => ({ pts: frame.pts, jpeg: await jpegOf(frame, quality) })));
}

function checkSize({ frames }: Clip, { name, input: { width, height } }: ModelInfo): void {
  const odd = frames.find((frame) => frame.width !== width || frame.height !== height);
  if (odd === undefined && frames.length > 0) return;
  const received = odd ? `${odd.width}×${odd.height}` : 'none';
  throw new TypeError(`${name} looks at frames of ${width}×${height}, received ${received}`);
}

function mute({ address }: Endpoint, { stallTimeoutMs }: Patience): BoothError {
  return new BoothError(
    'MODEL_NOT_FOUND',
    `${address} took the question for its models and did not answer within ${stallTimeoutMs} ms (endpoint.stallTimeoutMs). Check the server, or raise the limit.`,
  );
}

function late(how: 'stalled' | 'late', { endpoint, deps }: EndpointVlm): BoothError {
  const { stallTimeoutMs, timeoutMs } = deps.patience;
  const what =
    how === 'stalled'
      ? `sent nothing for ${stallTimeoutMs} ms (endpoint.stallTimeoutMs)`
      : `took longer than ${timeoutMs} ms (vlm.timeoutMs)`;
  return new BoothError(
    'INFERENCE_TIMEOUT',
    `${endpoint.address} ${what}; the look was given up. Raise the limit for a slow server, or use a smaller model.`,
  );
}

function resting({ by, ms }: Pause, { address }: Endpoint, { maxRpm, maxUsd }: EndpointConfig): BoothError {
  const seconds = Math.ceil(ms / 1000);
  const why = {
    server: `${address} asked for a pause`,
    failures: `${address} failed several times in a row`,
    maxRpm: `endpoint.maxRpm: ${maxRpm} requests were sent to ${address} within a minute`,
    maxUsd: `endpoint.maxUsd: one more look at ${address} may cost more than the $${maxUsd} of this hour`,
  }[by];
  return new BoothError('INFERENCE_FAILED', `${why}; nothing is sent to it for ${seconds} s.`);
}
