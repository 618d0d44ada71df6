import type { VlmConfig } from '../config.js';
import { BoothError } from '../errors.js';
import type { Clip } from '../media/clip.js';
import { Admission } from './admission.js';
import { blankContext } from './blank-context.js';
import { noiseClip } from './noise-clip.js';
import type { Picture } from './pixels.js';
import type { LookEvent, ModelInfo, OpenOptions, PromptContext, Vlm, VlmSession } from './vlm.js';
import type { WorkerClient } from './worker-client.js';

/** Looks of a measurement at most, of which the fastest counts: the first finds nothing warm, and any may have met somebody else's work. */
const MEASURED_LOOKS = 10;

/** A model in a worker of this process. Its sessions share the weights and take turns; how many live ones it bears is held by `maxLoad`. */
export class InProcessVlm implements Vlm {
  readonly info: ModelInfo;
  readonly #client: WorkerClient;
  readonly #timeoutMs: number;
  readonly #admission: Admission;

  constructor(
    info: ModelInfo,
    client: WorkerClient,
    { maxLoad, timeoutMs }: Pick<VlmConfig, 'maxLoad' | 'timeoutMs'>,
  ) {
    this.info = info;
    this.#client = client;
    this.#timeoutMs = timeoutMs;
    this.#admission = new Admission({ name: info.name, maxLoad });
  }

  async open({ looksPerSecond = 0 }: OpenOptions = {}): Promise<VlmSession> {
    await this.#client.ready();
    if (this.#admission.doubts(looksPerSecond)) await this.#measure(looksPerSecond);
    const leave = this.#admission.admit(looksPerSecond);
    return this.#newSession(leave);
  }

  close(): Promise<void> {
    return this.#client.close();
  }

  #newSession(leave: () => void): InProcessSession {
    return new InProcessSession(this.info, this.#client, {
      measured: (workedMs) => this.#admission.measured(workedMs),
      leave,
    });
  }

  /**
   * Looks at noise, because what was seen until now may say nothing of what the model can: until there is room for so many looks a second
   * more, or it is plain that there is none. A look that takes longer than any may take has taken that long at least, and is the last.
   */
  async #measure(looksPerSecond: number): Promise<void> {
    let fastest = Number.POSITIVE_INFINITY;
    const measured = (workedMs: number) => {
      fastest = Math.min(fastest, workedMs);
      this.#admission.measuredAtBest(fastest);
    };
    const session = new InProcessSession(this.info, this.#client, { measured, leave: () => {} });
    const context = blankContext(this.info.languages[0] ?? 'en');
    try {
      for (let seq = 0; seq < MEASURED_LOOKS && this.#admission.doubts(looksPerSecond); seq++)
        for await (const _ of session.look(noiseClip(this.info.input, seq), context));
    } catch (error) {
      if (!(error instanceof BoothError && error.code === 'INFERENCE_TIMEOUT')) throw error;
      measured(this.#timeoutMs);
    } finally {
      await session.close();
    }
  }
}

interface SessionEvents {
  /** Told after each look that went through how long the model worked for it. */
  measured(workedMs: number): void;
  leave(): void;
}

class InProcessSession implements VlmSession {
  readonly #info: ModelInfo;
  readonly #client: WorkerClient;
  readonly #events: SessionEvents;
  readonly #number: number;
  #looking = false;

  constructor(info: ModelInfo, client: WorkerClient, events: SessionEvents) {
    this.#info = info;
    this.#client = client;
    this.#events = events;
    this.#number = client.newSession();
  }

  async *look(clip: Clip, context: PromptContext, signal?: AbortSignal): AsyncGenerator<LookEvent, void> {
    if (this.#looking)
      throw new TypeError('a session looks at one clip at a time: wait for the look before to end');
    this.#checkSize(clip);
    if (context.answer !== undefined && !this.#info.takesInstructions)
      throw new TypeError(`${this.#info.name} answers in lines alone and cannot be held to a form`);
    this.#looking = true;
    try {
      const pictures: readonly Picture[] = clip.frames;
      yield* this.#client.look({ session: this.#number, pictures, context }, this.#events.measured, signal);
    } finally {
      this.#looking = false;
    }
  }

  async close(): Promise<void> {
    this.#events.leave();
    this.#client.closeSession(this.#number);
  }

  #checkSize({ frames }: Clip): void {
    const { width, height } = this.#info.input;
    const odd = frames.find((frame) => frame.width !== width || frame.height !== height);
    if (odd !== undefined || frames.length === 0)
      throw new TypeError(
        `${this.#info.name} looks at frames of ${width}×${height}, received ${odd ? `${odd.width}×${odd.height}` : 'none'}`,
      );
  }
}
