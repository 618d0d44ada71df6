import { type Observable, Subject } from 'rxjs';
import type { Clip } from './media/clip.js';
import type { Remark } from './media/remark.js';
import type { TickReport } from './media/tick.js';
import type { Clock } from './media/time.js';

/** Tells what comes of every look, without standing in its way. */
export class Ticks {
  readonly #clock: Clock;
  readonly #live: boolean;
  readonly #reports = new Subject<TickReport>();
  readonly reports: Observable<TickReport> = this.#reports.asObservable();

  constructor(options: { clock: Clock; live: boolean }) {
    this.#clock = options.clock;
    this.#live = options.live;
  }

  /** Passes the remarks of one look on and reports its end; a look without an end counts as dropped. */
  async *watch(clip: Clip, remarks: AsyncIterable<Remark>): AsyncGenerator<Remark> {
    const startedAt = this.#clock.now();
    let last: Remark | undefined;
    for await (const remark of remarks) {
      last = remark;
      yield remark;
    }
    const answered = last !== undefined && (last.kind === 'silence' || last.final) ? last : null;
    this.#report(clip, answered, startedAt);
  }

  /** The clip came while the model was busy. */
  readonly dropped = (clip: Clip): void => this.#report(clip, null, this.#clock.now());

  readonly complete = (): void => this.#reports.complete();

  #report(clip: Clip, answer: Remark | null, startedAt: number): void {
    const now = this.#clock.now();
    this.#reports.next({
      seq: clip.seq,
      start: clip.start,
      end: clip.end,
      frames: clip.frames.map((frame) => frame.pts),
      outcome: answer?.kind ?? 'dropped',
      ...(answer?.kind === 'line' ? { text: answer.text } : {}),
      lookMs: now - startedAt,
      captureToCaptionMs: this.#live && answer !== null ? now - clip.capturedAt : null,
      pictures: clip.frames,
    });
  }
}
