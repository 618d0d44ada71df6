import type { Config, EndpointConfig } from '../../config.js';
import { BoothError } from '../../errors.js';
import type { Clip } from '../../media/clip.js';
import type { Frame } from '../../media/frame.js';
import { type Clock, systemClock } from '../../media/time.js';
import { type Patience, type StartTimer, systemTimer, Watch } from '../../openai/watch.js';
import { jpegOf } from '../pictures.js';
import { ENDPOINT } from '../resolve-model.js';
import {
  type LookEvent,
  type LookStats,
  type ModelInfo,
  NO_WORK,
  type OpenOptions,
  type PromptContext,
  type Vlm,
  type VlmSession,
} from '../vlm.js';
import { Chat } from './chat.js';
import { type Connection, connect, greet, type Welcome } from './connection.js';
import { DIALECTS } from './dialects.js';
import { type Endpoint, failure, isOutage } from './failures.js';
import { Limits } from './limits.js';
import { late, mute } from './messages.js';
import { Pauses } from './pauses.js';
import type { Still } from './prompt.js';

/** An endpoint tells no probabilities: a line is as sure as the model that decided to say it. */
const CONFIDENCE = 1;

export interface EndpointOptions {
  readonly onWarning: (error: BoothError) => void;
  /**
   * Somebody takes over when it does not answer. Then it need not answer at the start, and an exhausted limit is a
   * failed look; else, in a live session, an exhausted limit is silence, after one warning. A session that is in no hurry waits until the
   * limit, or the server, has recovered, and a spent budget ends it.
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
  const model = vlm.model.slice(ENDPOINT.length);
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
  readonly pauses: Pauses;
  readonly #closing = new AbortController();

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
    const { endpoint, limits } = this;
    this.pauses = new Pauses({ ...deps, ...deps.patience, endpoint, config, limits });
    this.chat = new Chat(connection, DIALECTS[provider], config, { ...deps, limits });
  }

  get closing(): AbortSignal {
    return this.#closing.signal;
  }

  async open({ looksPerSecond = 0 }: OpenOptions = {}): Promise<VlmSession> {
    if (this.closing.aborted) throw new TypeError('the model is closed');
    return new EndpointSession(this, looksPerSecond === 0 && !this.deps.backed);
  }

  /** Ends the looks under way. */
  async close(): Promise<void> {
    this.#closing.abort();
  }
}

class EndpointSession implements VlmSession {
  readonly #vlm: EndpointVlm;
  /** Nobody waits for its words: limits and outages are waited out. */
  readonly #hasTime: boolean;
  readonly #closing = new AbortController();
  #looking = false;

  constructor(vlm: EndpointVlm, hasTime: boolean) {
    this.#vlm = vlm;
    this.#hasTime = hasTime;
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
    const signals = [signal, this.#vlm.closing, this.#closing.signal].filter((each) => each !== undefined);
    const since = this.#vlm.deps.clock.now();
    try {
      let isUnsent = true;
      while (isUnsent) {
        if (this.#hasTime) await this.#vlm.pauses.wait(since, signals);
        if (signals.some(({ aborted }) => aborted)) return;
        isUnsent = yield* this.#try(clip, context, signals);
      }
    } finally {
      this.#looking = false;
    }
  }

  /** Returns true where the look is to be sent again after a pause that there is time for. */
  async *#try(
    clip: Clip,
    context: PromptContext,
    signals: readonly AbortSignal[],
  ): AsyncGenerator<LookEvent, boolean> {
    const { endpoint, limits, pauses, deps } = this.#vlm;
    const { patience } = deps;
    const watch = new Watch(patience, signals);
    let isHeard = false;
    try {
      for await (const event of this.#look(clip, context, watch)) {
        isHeard = true;
        yield event;
      }
    } catch (thrown) {
      if (thrown instanceof BoothError) throw thrown;
      const { ended } = watch;
      if (ended === 'aborted') return false;
      if (this.#hasTime && !isHeard && ended === null && limits.pause()?.by === 'server') return true;
      const error = ended === null ? failure(thrown, endpoint) : late(ended, endpoint, patience);
      // What was heard of a line cannot be taken back.
      if (!this.#hasTime) throw pauses.failed(error);
      const isDown = ended !== null || isOutage(thrown);
      // What was heard of a line cannot be taken back.
      if (isDown && pauses.waitsAfter(error) && !isHeard) return true;
      throw error;
    } finally {
      watch.close();
    }
    return false;
  }

  /** Ends the look under way. */
  async close(): Promise<void> {
    this.#closing.abort();
  }

  async *#look(clip: Clip, context: PromptContext, watch: Watch): AsyncGenerator<LookEvent, void> {
    const { chat, config, deps, pauses } = this.#vlm;
    const started = deps.clock.now();
    if (!this.#hasTime && pauses.mustRest()) {
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
      pauses.answered();
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
