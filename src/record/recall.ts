import type { ClipInfo } from '../media/clip.js';
import type { Clock } from '../media/time.js';
import type { SessionClip } from './schema.js';

/** The pipeline's clock as it was: it stands at the line that is being replayed. */
export class RecordedClock implements Clock {
  #first: number | null = null;
  #at = 0;

  readonly now = (): number => this.#at;

  moveTo(at: number): void {
    this.#first ??= at;
    this.#at = at;
  }

  /** Milliseconds from the first line to this one. */
  get passedMs(): number {
    return this.#at - (this.#first ?? this.#at);
  }
}

/** Only the clip that is looked at is asked for, and one may wait. */
const MAX_CLIPS = 8;

/** The last clips of a session that were looked at, by `seq`. Bound: MAX_CLIPS; the oldest goes first. */
export class RecentClips {
  readonly #clips = new Map<number, SessionClip>();
  #newestFrame = -1;

  /** Returns the pts of the frames that no clip before has had. */
  add(clip: SessionClip): readonly number[] {
    // While one look takes long, any number of clips goes by.
    if (clip.fate === 'look') this.#clips.set(clip.seq, clip);
    const [oldest] = this.#clips.keys();
    if (this.#clips.size > MAX_CLIPS && oldest !== undefined) this.#clips.delete(oldest);
    // A clip that the end left short is filled up with its last frame.
    const fresh = new Map(clip.frames.map(([index, pts]) => [index, pts]));
    for (const index of fresh.keys()) if (index <= this.#newestFrame) fresh.delete(index);
    this.#newestFrame = Math.max(this.#newestFrame, ...fresh.keys());
    return [...fresh.values()];
  }

  get(seq: number): SessionClip | undefined {
    return this.#clips.get(seq);
  }
}

/** What a remark cites of its clip. */
export function infoOf({ seq, start, end, capturedAt, frames }: SessionClip): ClipInfo {
  return { seq, start, end, capturedAt, frames: frames.map(([, pts]) => pts) };
}
