import { BoothError, messageOf } from '../errors.js';
import type { Clip } from '../media/clip.js';
import { type Clock, systemClock } from '../media/time.js';
import { resized } from './pictures.js';
import {
  type LookEvent,
  type ModelInfo,
  NO_WORK,
  type PromptContext,
  type Vlm,
  type VlmSession,
} from './vlm.js';

export interface FallbackDeps {
  readonly onWarning: (error: BoothError) => void;
  readonly clock?: Clock;
}

/** Milliseconds until `first` is asked again after it failed: doubling from the shortest to the longest. */
const SHORTEST_REST = 5_000;
const LONGEST_REST = 60_000;

/**
 * `first`, and `second` for the clips that `first` fails at. The second takes over from there, and the first is asked again at
 * growing intervals until it answers. Clips come at the pace of the second, which may be trained for it, and in the size
 * of the first; the first is asked at its own pace, and keeps silent to the clips in between. Events name who spoke.
 * `close` closes both.
 */
export function withFallback(first: Vlm, second: Vlm, deps: FallbackDeps): Vlm {
  const { width, height } = first.info.input;
  const { fps, framesPerClip } = second.info.input;
  const info: ModelInfo = { ...first.info, input: { width, height, fps, framesPerClip } };
  return {
    info,
    async open(options) {
      const sessions = [await first.open(options), await second.open(options)] as const;
      return new FallbackSession(first.info, second.info, sessions, deps);
    },
    async close() {
      await Promise.all([first.close(), second.close()]);
    },
  };
}

class FallbackSession implements VlmSession {
  readonly #first: ModelInfo;
  readonly #second: ModelInfo;
  readonly #sessions: readonly [VlmSession, VlmSession];
  readonly #clock: Clock;
  readonly #onWarning: (error: BoothError) => void;
  #looking = false;
  /** Presentation time from which the first is due again. */
  #dueAt = Number.NEGATIVE_INFINITY;
  /** Milliseconds of the clock until which the second has the word; `null` while the first is well. */
  #restUntil: number | null = null;
  #rest = SHORTEST_REST;

  constructor(
    first: ModelInfo,
    second: ModelInfo,
    sessions: readonly [VlmSession, VlmSession],
    { onWarning, clock = systemClock }: FallbackDeps,
  ) {
    this.#first = first;
    this.#second = second;
    this.#sessions = sessions;
    this.#clock = clock;
    this.#onWarning = onWarning;
  }

  async *look(clip: Clip, context: PromptContext, signal?: AbortSignal): AsyncGenerator<LookEvent, void> {
    if (this.#looking)
      throw new TypeError('a session looks at one clip at a time: wait for the look before to end');
    this.#looking = true;
    try {
      if (!this.#asksFirst()) yield* this.#askSecond(clip, context, signal);
      else if (clip.start < this.#dueAt) yield { kind: 'silence', confidence: 1, stats: NO_WORK };
      else yield* this.#askFirst(clip, context, signal);
    } finally {
      this.#looking = false;
    }
  }

  async close(): Promise<void> {
    await Promise.all(this.#sessions.map((session) => session.close()));
  }

  #asksFirst(): boolean {
    return this.#restUntil === null || this.#clock.now() >= this.#restUntil;
  }

  async *#askFirst(
    clip: Clip,
    context: PromptContext,
    signal?: AbortSignal,
  ): AsyncGenerator<LookEvent, void> {
    const { fps, framesPerClip } = this.#first.input;
    try {
      for await (const event of this.#sessions[0].look(clip, context, signal)) {
        if (event.kind !== 'text') this.#recover();
        yield { model: this.#first.name, ...event };
      }
      this.#dueAt = clip.start + framesPerClip / fps - HALF_A_FRAME / this.#second.input.fps;
    } catch (thrown) {
      if (!(thrown instanceof BoothError)) throw thrown;
      this.#giveUp(thrown);
      yield* this.#askSecond(clip, context, signal);
    }
  }

  async *#askSecond(
    clip: Clip,
    context: PromptContext,
    signal?: AbortSignal,
  ): AsyncGenerator<LookEvent, void> {
    const frames = await Promise.all(clip.frames.map((frame) => resized(frame, this.#second.input)));
    for await (const event of this.#sessions[1].look({ ...clip, frames }, context, signal))
      yield { model: this.#second.name, ...event };
  }

  #giveUp(error: BoothError): void {
    if (this.#restUntil === null)
      this.#warn(`${messageOf(error)} ${this.#second.name} speaks until ${this.#first.name} answers again.`);
    this.#restUntil = this.#clock.now() + this.#rest;
    this.#rest = Math.min(2 * this.#rest, LONGEST_REST);
    this.#dueAt = Number.NEGATIVE_INFINITY;
  }

  #recover(): void {
    if (this.#restUntil === null) return;
    this.#restUntil = null;
    this.#rest = SHORTEST_REST;
    this.#warn(`${this.#first.name} answers again and speaks from here on.`);
  }

  #warn(message: string): void {
    this.#onWarning(new BoothError('INFERENCE_FAILED', message));
  }
}

/** Pts are not exact multiples of the frame's duration. */
const HALF_A_FRAME = 0.5;
