import type { VlmConfig } from '../config.js';
import { BoothError } from '../errors.js';
import type { Clip } from '../media/clip.js';
import { Admission } from './admission.js';
import { blankContext } from './blank-context.js';
import { noiseClip } from './noise-clip.js';
import type { Picture } from './pixels.js';
import type { LookEvent, ModelInfo, OpenOptions, PromptContext, Vlm, VlmSession } from './vlm.js';
import type { WorkerClient } from './worker-client.js';
import { diedTwice } from './worker-deaths.js';

/** Looks of a measurement at most, of which the fastest counts: the first finds nothing warm, and any may have met somebody else's work. */
const MEASURED_LOOKS = 10;

/** A model in a worker of this process. Its sessions share the weights and take turns; how many live ones it bears is held by `maxLoad`. */
export class InProcessVlm implements Vlm {
  readonly info: ModelInfo;
  readonly #client: WorkerClient;
  readonly #timeoutMs: number;
  readonly #admission: Admission;
  readonly #onWarning: (error: BoothError) => void;
  #toldOf: BoothError | null = null;

  /** `onWarning` is told of each death of the worker of which a look was made once more. */
  constructor(
    info: ModelInfo,
    client: WorkerClient,
    { maxLoad, timeoutMs }: Pick<VlmConfig, 'maxLoad' | 'timeoutMs'>,
    onWarning: (error: BoothError) => void = () => {},
  ) {
    this.info = info;
    this.#client = client;
    this.#timeoutMs = timeoutMs;
    this.#admission = new Admission({ name: info.name, maxLoad });
    this.#onWarning = onWarning;
  }

  async open({ looksPerSecond = 0 }: OpenOptions = {}): Promise<VlmSession> {
    await this.#client.ready();
    if (this.#admission.doubts(looksPerSecond)) await this.#measure(looksPerSecond);
    const leave = this.#admission.admit(looksPerSecond);
    const measured = (workedMs: number) => this.#admission.measured(workedMs);
    return this.#newSession({ measured, leave }, looksPerSecond === 0);
  }

  close(): Promise<void> {
    return this.#client.close();
  }

  #newSession(events: Pick<SessionEvents, 'measured' | 'leave'>, hasTime: boolean): InProcessSession {
    // The looks of several sessions may have been lost to one death.
    const outlived = (death: BoothError) => {
      if (death !== this.#toldOf) this.#onWarning(death);
      this.#toldOf = death;
    };
    return new InProcessSession(this.info, this.#client, { ...events, outlived }, hasTime);
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
    const session = this.#newSession({ measured, leave: () => {} }, true);
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
  /** Told that the worker died, and that the look is made once more. */
  outlived(death: BoothError): void;
}

class InProcessSession implements VlmSession {
  readonly #info: ModelInfo;
  readonly #client: WorkerClient;
  readonly #events: SessionEvents;
  readonly #number: number;
  /** Nobody waits for its words: none of its looks is lost to a worker that dies. */
  readonly #hasTime: boolean;
  #looking = false;

  constructor(info: ModelInfo, client: WorkerClient, events: SessionEvents, hasTime: boolean) {
    this.#info = info;
    this.#client = client;
    this.#events = events;
    this.#hasTime = hasTime;
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
      yield* this.#hasTime ? this.#persist(clip, context, signal) : this.#ask(clip, context, signal);
    } finally {
      this.#looking = false;
    }
  }

  #ask(clip: Clip, context: PromptContext, signal?: AbortSignal): AsyncGenerator<LookEvent, void> {
    const pictures: readonly Picture[] = clip.frames;
    const asked = { session: this.#number, pictures, context, hasTime: this.#hasTime };
    return this.#client.look(asked, this.#events.measured, signal);
  }

  /**
   * A look that is made once more where the worker dies of it. The next worker has seen neither this clip nor those before. What was heard of
   * a line is not said again: the second goes on where it is the same, and takes its place where it is not.
   */
  async *#persist(clip: Clip, context: PromptContext, signal?: AbortSignal): AsyncGenerator<LookEvent, void> {
    let heard = '';
    for (let isFirst = true; ; isFirst = false) {
      try {
        for await (const event of this.#ask(clip, context, signal)) {
          if (!isFirst && event.kind === 'text' && heard.startsWith(event.text)) continue;
          if (event.kind === 'text') heard = event.text;
          yield event;
        }
        return;
      } catch (thrown) {
        if (!(thrown instanceof BoothError && thrown.code === 'WORKER_DIED')) throw thrown;
        if (!isFirst) throw diedTwice(thrown, clip.start);
        this.#events.outlived(thrown);
      }
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
