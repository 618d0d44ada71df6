import { type Observable, Subject, share } from 'rxjs';
import type { CaptionFiles } from './captions/write.js';
import { type Commentary, openCommentary } from './commentary.js';
import type { Cue } from './media/cue.js';
import type { Remark } from './media/remark.js';
import type { Clock } from './media/time.js';
import { Meter } from './meter.js';
import type { OnLine, SessionClip } from './record/schema.js';
import type { Settings } from './replay-settings.js';
import type { TrackRun } from './track.js';

export interface ReplayedTrackOptions {
  readonly clock: Clock;
  readonly onLine: OnLine;
  readonly onCue?: ((cue: Cue) => void) | undefined;
}

/** What a track is without a model, a voice and a page: its commentary. */
export class ReplayedTrack {
  readonly lang: string;
  readonly channel: string;
  readonly meter = new Meter();
  readonly commentary: Commentary;
  readonly heard = new Subject<Remark>();
  readonly cues: Observable<Cue>;

  constructor(settings: Settings, index: number, options: ReplayedTrackOptions) {
    const { header, persona } = settings;
    const [config, match] = [settings.configs[index], settings.matches[index]];
    if (config === undefined || match === undefined)
      throw new TypeError(`a session without a track ${index}`);
    const { clock, onLine, onCue = () => {} } = options;
    this.lang = config.commentator.lang;
    this.channel = config.commentator.channel;
    const { meter } = this;
    this.commentary = openCommentary({ config, persona, match, live: header.live, clock, meter, onLine });
    this.cues = this.heard.pipe(this.commentary.commentate, share());
    // Whoever wants errors is subscribed beside: this one only keeps the commentary going.
    this.cues.subscribe({ next: onCue, error: () => {} });
  }

  /** Counts a clip whose frames, of these pts, are new. */
  count({ fate }: SessionClip, pts: readonly number[]): void {
    for (const time of pts) this.meter.frame({ pts: time });
    if (fate === 'overload') this.meter.drop('overload');
    if (fate === 'skip') this.meter.skip();
  }

  run(captions: CaptionFiles): TrackRun {
    const { lang, channel, meter } = this;
    return { lang, channel, stats: meter.stats(), captions };
  }
}
