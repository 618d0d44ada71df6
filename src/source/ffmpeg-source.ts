import { EMPTY, Observable, Subject } from 'rxjs';
import type { BoothError } from '../errors.js';
import type { Frame } from '../media/frame.js';
import type { Preview } from '../media/preview.js';
import type { Clock } from '../media/time.js';
import { frameArguments, previewArguments } from './arguments.js';
import { type Ending, howItEnded, inputError, lastWords, STREAMABLE } from './failure.js';
import { endless, type Input } from './input.js';
import { frameReader } from './rawvideo.js';
import type { Output, Run, SourceOptions } from './run.js';
import type { Picture, Source, SourceInfo } from './source.js';
import { listenForStills } from './stills.js';
import { liveTimeline, recordedTimeline, type Stamp } from './timeline.js';
import { watchdog } from './watchdog.js';

interface Opened {
  readonly input: Input;
  readonly info: SourceInfo;
  readonly picture: Picture;
  readonly options: SourceOptions;
  readonly clock: Clock;
  /** Starts one run of ffmpeg with these outputs. */
  readonly play: (outputs: readonly Output[]) => Run;
}

/** An input that was probed. Each reading of it is one run of ffmpeg, from start to end. */
export class FfmpegSource implements Source {
  readonly info: SourceInfo;
  readonly #opened: Opened;
  readonly #timeline: () => Stamp;
  #stills = new Subject<Preview>();
  #readings = 0;

  constructor(opened: Opened) {
    this.info = opened.info;
    this.#opened = opened;
    this.#timeline = opened.info.live ? liveTimeline(opened.clock) : () => recordedTimeline(opened.clock);
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

    const stills = withStills ? await listenForStills((jpeg) => this.#showStill(jpeg)) : null;
    const run = this.#opened.play(this.#outputs(stills?.url));
    const read = frameReader(picture, this.#timeline());
    let stalled = false;
    const stallGuard = watchdog(this.#canStall() ? this.#patienceMs() : null, () => {
      stalled = true;
      run.stop();
    });
    signal.addEventListener('abort', run.stop, { once: true });
    if (signal.aborted) run.stop();
    try {
      let count = 0;
      stallGuard.feed();
      for await (const chunk of run.stdout) {
        if (signal.aborted) return;
        const frames = read(chunk);
        if (frames.length === 0) continue;
        count += frames.length;
        stallGuard.rest();
        yield* frames;
        stallGuard.feed();
      }
      stallGuard.rest();
      const ending = await run.ended;
      if (signal.aborted) return;
      const failure = stalled ? stall(input, options, ending) : failureOf(input, ending, count);
      if (failure !== null) throw failure;
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

  /** Files and pipes may take their time; a peer that says nothing is gone. */
  #canStall(): boolean {
    return this.info.live || this.#opened.input.kind === 'http';
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

/**
 * What a run's end means; `null` is a good end. A damaged or cut-off file of which ffmpeg could make frames
 * ends well, with the frames it had: that is for ffmpeg's exit code to say. An end of an endless input never is one; over HTTP
 * nobody can tell a sender that went away from a recording that is over, and both end well.
 */
function failureOf(input: Input, ending: Ending, frames: number): BoothError | null {
  if (ending.code !== 0) {
    const what = `ffmpeg stopped reading ${input.name} after ${frames} frames (${howItEnded(ending)}).`;
    const advice = input.kind === 'stdin' && frames === 0 ? STREAMABLE : 'Check the input, then start again.';
    return inputError('FFMPEG_EXITED', input, `${what} ${advice}`);
  }
  if (endless(input)) {
    const said = lastWords(ending.stderr);
    return inputError(
      'FFMPEG_EXITED',
      input,
      `${input.name} ended after ${frames} frames${said && ` (${said})`}. Is the sender gone?`,
    );
  }
  if (frames > 0) return null;
  const why = lastWords(ending.stderr) || 'ffmpeg gave no reason';
  return inputError(
    'INPUT_UNREADABLE',
    input,
    `Not one frame of ${input.name} could be decoded (${why}). The file may be cut off.`,
  );
}

function stall(input: Input, { stallTimeoutMs }: SourceOptions, { stderr }: Ending): BoothError {
  const said = lastWords(stderr);
  const what = `No frame came from ${input.name} for ${stallTimeoutMs} ms${said && ` (${said})`}.`;
  return inputError('SOURCE_STALLED', input, `${what} Check the sender and the network.`);
}

function readTwice(input: Input): BoothError {
  return inputError(
    'INPUT_UNREADABLE',
    input,
    'Standard input was read already. Save it to a file to read it again.',
  );
}
