import { EMPTY, Observable, Subject } from 'rxjs';
import { BoothError } from '../errors.js';
import type { Frame } from '../media/frame.js';
import type { Preview } from '../media/preview.js';
import type { Clock } from '../media/time.js';
import { frameArguments, previewArguments } from './arguments.js';
import { failureOf, readTwice, stall } from './failure.js';
import type { Input } from './input.js';
import { frameReader } from './rawvideo.js';
import type { Output, Run, SourceOptions } from './run.js';
import type { Picture, Source, SourceInfo } from './source.js';
import { listenForStills, type StillsSocket } from './stills.js';
import { BEGINNING, liveTimeline, type Place, recordedTimeline, type Stamp } from './timeline.js';
import { watchdog } from './watchdog.js';

interface Opened {
  readonly input: Input;
  readonly info: SourceInfo;
  readonly picture: Picture;
  readonly options: SourceOptions;
  readonly clock: Clock;
  /** Starts one run of ffmpeg with these outputs, `from` seconds into the input. */
  readonly play: (outputs: readonly Output[], from: number) => Run;
}

/**
 * An input that was probed. Each reading of it is one run of ffmpeg, from start to end; after a failure in the middle of a recording that
 * plays from the network, from there.
 */
export class FfmpegSource implements Source {
  readonly info: SourceInfo;
  readonly #opened: Opened;
  readonly #timeline: (from: Place) => Stamp;
  #stills = new Subject<Preview>();
  #readings = 0;
  /** Where the next reading begins: what was lost is taken up where it was. */
  #from = BEGINNING;

  constructor(opened: Opened) {
    this.info = opened.info;
    this.#opened = opened;
    const { info, clock } = opened;
    this.#timeline = info.live ? liveTimeline(clock) : (from) => recordedTimeline(clock, from);
  }

  frames(): Observable<Frame> {
    return new Observable((subscriber) => {
      const abort = new AbortController();
      const push = async () => {
        for await (const frame of this.#read(abort.signal, this.#opened.options.preview ?? false)) {
          if (subscriber.closed) return;
          subscriber.next(frame);
        }
        subscriber.complete();
      };
      push().catch((error: unknown) => subscriber.error(error));
      return () => abort.abort();
    });
  }

  /** Returning the iterator ends ffmpeg at once, even while a frame is awaited. */
  pull(signal?: AbortSignal): AsyncIterable<Frame> {
    return {
      [Symbol.asyncIterator]: () => {
        const abort = new AbortController();
        const either = signal ? AbortSignal.any([signal, abort.signal]) : abort.signal;
        const frames = this.#read(either, false);
        return {
          next: () => frames.next(),
          return: () => {
            abort.abort();
            return frames.return(undefined);
          },
        };
      },
    };
  }

  /** Completes when `frames()` comes to the input's end; a restart keeps it open. No buffer: who is late misses stills. */
  previews(): Observable<Preview> {
    if (!this.#opened.options.preview) return EMPTY;
    return new Observable((subscriber) => this.#stills.subscribe(subscriber));
  }

  /** One run of ffmpeg. Its stdout is read only as fast as the frames are taken. */
  async *#read(signal: AbortSignal, withStills: boolean): AsyncGenerator<Frame, undefined> {
    const { input, picture, options } = this.#opened;
    if (signal.aborted) return;
    if (input.kind === 'stdin' && this.#readings++ > 0) throw readTwice(input);

    const stills = withStills ? await this.#listenForStills() : null;
    const from = this.#from;
    this.#from = BEGINNING;
    const run = this.#opened.play(this.#outputs(stills?.url), from.pts);
    const read = frameReader(picture, this.#timeline(from));
    let stalled = false;
    const stallGuard = watchdog(this.#canStall() ? this.#patienceMs() : null, () => {
      stalled = true;
      run.stop();
    });
    signal.addEventListener('abort', run.stop, { once: true });
    if (signal.aborted) run.stop();
    try {
      let next = from;
      stallGuard.feed();
      for await (const chunk of run.stdout) {
        if (signal.aborted) return;
        const frames = read(chunk);
        const newest = frames.at(-1);
        if (newest === undefined) continue;
        next = { index: newest.index + 1, pts: newest.pts + 1 / picture.fps };
        stallGuard.rest();
        yield* frames;
        stallGuard.feed();
      }
      stallGuard.rest();
      const ending = await run.ended;
      if (signal.aborted) return;
      const failure = stalled
        ? stall(input, options, ending)
        : failureOf(input, ending, next, this.info.duration);
      if (failure !== null) {
        if (this.#canResume()) this.#from = next;
        throw failure;
      }
      if (withStills) this.#endStills();
    } finally {
      stallGuard.rest();
      signal.removeEventListener('abort', run.stop);
      run.stop();
      await run.ended.catch(() => {});
      await stills?.close();
    }
  }

  #outputs(stillsUrl: string | undefined): Output[] {
    const { picture, info, options } = this.#opened;
    const frames = { url: null, args: frameArguments(picture) };
    if (stillsUrl === undefined) return [frames];
    const args = previewArguments(info, options.previewWidth, options.previewFps);
    return [frames, { url: stillsUrl, args }];
  }

  /** Where frames come seldom, the next may be further away than the time after which a source counts as stalled. */
  #patienceMs(): number {
    const { options, picture } = this.#opened;
    return options.stallTimeoutMs + 1_000 / picture.fps;
  }

  /** A live input is where it is by itself, and a file that failed is not read again. */
  #canResume(): boolean {
    const { info, options, input } = this.#opened;
    return input.kind === 'http' && !info.live && options.realtime === true;
  }

  /** Files and pipes may take their time; a peer that says nothing is gone. */
  #canStall(): boolean {
    return this.info.live || this.#opened.input.kind === 'http';
  }

  /** People can do without pictures. */
  async #listenForStills(): Promise<StillsSocket | null> {
    try {
      return await listenForStills((jpeg) => this.#showStill(jpeg));
    } catch (thrown) {
      if (!(thrown instanceof BoothError)) throw thrown;
      this.#opened.options.onWarning?.(thrown);
      return null;
    }
  }

  #showStill(jpeg: Uint8Array): void {
    this.#stills.next({ capturedAt: this.#opened.clock.now(), jpeg });
  }

  #endStills(): void {
    const ended = this.#stills;
    this.#stills = new Subject();
    ended.complete();
  }
}
