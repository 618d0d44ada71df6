import type { Observable } from 'rxjs';
import type { CaptionsTarget } from './captions/write.js';
import type { Config } from './config.js';
import type { BoothError } from './errors.js';
import type { Cue } from './media/cue.js';
import type { Recollection } from './media/recollection.js';
import type { RunStats } from './media/stats.js';
import type { TickReport } from './media/tick.js';
import type { ChannelServer } from './server/http.js';
import type { SourceInfo } from './source/source.js';
import type { TrackRun } from './track.js';
import type { ModelInfo, Vlm } from './vlm/vlm.js';

export interface BoothOptions {
  readonly input: string;
  /** `live` never lags: it drops what it cannot look at. `offline` never loses: the source waits. */
  readonly mode: 'live' | 'offline';
  readonly config: Config;
  /** A loaded model that several booths share, in place of the one that `config` names; who loaded it closes it. */
  readonly vlm?: Vlm;
  /** Languages of the commentary, each a track of its own with its own channel, files and voice; that of the configuration alone by default. */
  readonly langs?: readonly string[];
  /** Caption files to write; of several tracks, each adds its channel to `base`. */
  readonly captions?: CaptionsTarget;
  /** Serve the page, the feed and the voice: on a server of its own, or on one that several booths share, under the channel's name there. */
  readonly serve?: boolean | ChannelServer;
  /** Speak the first track on this machine's loudspeaker. */
  readonly speak?: boolean;
  /** Folder for a recording of the session, which `replay` can repeat. */
  readonly record?: string;
  /** Ends the run as if the input had ended. */
  readonly signal?: AbortSignal;
  /** Told what the run survived and a person should know. */
  readonly onWarning?: (error: BoothError) => void;
}

/** A booth that is ready: the model is loaded, the input is open, the page is up; nothing runs yet. */
export interface Booth {
  readonly source: SourceInfo;
  readonly model: ModelInfo;
  /** Where the page is; `null` when it is not served. */
  readonly url: string | null;
  /** Of all tracks; each cue names its channel. */
  readonly cues: Observable<Cue>;
  /** What came of every look of the model, on all tracks. Completes when there are no more remarks. */
  readonly ticks: Observable<TickReport>;
  /** What each track remembers, after each of its cues. */
  readonly recollections: Observable<Recollection>;
  /** Of the first track. */
  stats(): RunStats;
  /**
   * Runs once, until the input ends or the signal aborts; resolves when every sink has finished. Offline it rejects with the last error
   * where every look failed.
   */
  run(): Promise<BoothRun>;
  close(): Promise<void>;
}

export interface BoothRun {
  /** In the order of `langs`. */
  readonly tracks: readonly TrackRun[];
}
