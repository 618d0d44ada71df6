import { EMPTY, type Observable, Subscription } from 'rxjs';
import type { ServerConfig } from '../config.js';
import type { Cue } from '../media/cue.js';
import type { Preview } from '../media/preview.js';
import type { RunStats } from '../media/stats.js';
import type { TickReport } from '../media/tick.js';
import { type Clock, systemClock } from '../media/time.js';
import type { Utterance } from '../media/utterance.js';
import { Feed } from './feed.js';
import { encodePreview, encodeSeen, PictureFan, seenPacer } from './pictures.js';
import type { About, ChannelAbout } from './protocol.js';
import type { Endpoint, Refusals } from './subscriber.js';
import { Voices } from './voices.js';

/** How a list of final cues looks as a caption file. */
export interface CaptionWriters {
  vtt(cues: readonly Cue[]): string;
  srt(cues: readonly Cue[]): string;
}

export interface ProgrammeOptions {
  readonly config: ServerConfig;
  readonly about: About;
  /** At least one, each of another name; the first is that of clients who ask for none. */
  readonly channels: readonly ChannelInput[];
  /** How the kept cues look as caption files. */
  readonly captions: CaptionWriters;
  /** May be missing, end or fail without harm to the rest. */
  readonly previews?: Observable<Preview>;
  readonly clock?: Clock;
}

/** What one channel tells. */
export interface ChannelInput extends ChannelAbout {
  /** When those of all channels have ended, the feed ends with `end`; the server goes on until it is closed. */
  readonly cues: Observable<Cue>;
  /** Any of these may be missing, end or fail without harm to the others. */
  readonly utterances?: Observable<Utterance>;
  readonly ticks?: Observable<TickReport>;
  readonly stats?: Observable<RunStats>;
}

/** Where a programme is on its server: under `/`, or under its name beside others. */
export interface Place {
  /** Before each of its paths: empty, or `/north`. */
  readonly base: string;
  /** Path of the list of all programmes; `null` when it is alone. */
  readonly board: string | null;
}

/** One run as its clients meet it: feed, pictures, voices and files. It can be asked for what was said after its inputs have ended. */
export class Programme {
  readonly feed: Feed;
  readonly voices: Voices;
  readonly captions: CaptionWriters;
  readonly refusals: Refusals = { invalid: 0, slow: 0, full: 0 };
  /** By path, under the programme's base. */
  readonly endpoints: ReadonlyMap<string, Endpoint>;
  readonly #picture = new PictureFan();
  readonly #seen = new PictureFan();
  readonly #inputs = new Subscription();

  constructor(options: ProgrammeOptions, { base, board }: Place) {
    const { about, channels, config, captions } = options;
    const { history, maxBufferedBytes } = config;
    const { refusals } = this;
    this.feed = new Feed({ about, channels, board, history, maxBufferedBytes, refusals });
    this.voices = new Voices(base);
    this.captions = captions;
    this.endpoints = new Map<string, Endpoint>([
      ['/feed', this.feed],
      ['/picture', this.#picture],
      ['/seen', this.#seen],
    ]);
  }

  /** Takes what the run tells, from now on: once somebody can ask for it. */
  listen({ channels, previews = EMPTY, clock = systemClock }: ProgrammeOptions): void {
    const { feed, voices } = this;
    const inputs = this.#inputs;
    const showNow = seenPacer(() => clock.now());
    const showSeen = (tick: TickReport) => {
      if (!this.#seen.watched || tick.pictures === undefined || !showNow()) return;
      const message = encodeSeen(tick);
      if (message !== null) this.#seen.show(message);
    };
    // The pipeline reports its own errors; a side input that fails only stops being shown.
    const error = () => {};
    inputs.add(previews.subscribe({ next: (value) => this.#picture.show(encodePreview(value)), error }));
    // All channels look at the same frames: those of the first are shown.
    inputs.add(channels[0]?.ticks?.subscribe({ next: showSeen, error }));
    for (const { channel, cues, utterances = EMPTY, ticks = EMPTY, stats = EMPTY } of channels) {
      inputs.add(stats.subscribe({ next: (value) => feed.stats(channel, value), error }));
      inputs.add(utterances.subscribe({ next: (value) => feed.voice(value, voices.put(value)), error }));
      inputs.add(ticks.subscribe({ next: (value) => feed.tick(channel, value), error }));
      inputs.add(
        cues.subscribe({
          next: (cue) => feed.cue(cue),
          error: (thrown: unknown) => feed.end(channel, thrown),
          complete: () => feed.end(channel),
        }),
      );
    }
  }

  close(): void {
    this.#inputs.unsubscribe();
  }
}
