import { defer, firstValueFrom, interval, map, merge, type Observable, tap } from 'rxjs';
import { writeSrt } from './captions/srt.js';
import { writeVtt } from './captions/vtt.js';
import type { CaptionsTarget } from './captions/write.js';
import { Closer } from './closer.js';
import type { Config } from './config.js';
import { BoothError } from './errors.js';
import { latest } from './flow/latest.js';
import { lossless } from './flow/lossless.js';
import { passing } from './flow/passing.js';
import { restart } from './flow/restart.js';
import { untilAborted } from './flow/until-aborted.js';
import type { Clip } from './media/clip.js';
import type { Cue } from './media/cue.js';
import type { Frame } from './media/frame.js';
import type { Recollection } from './media/recollection.js';
import type { RunStats } from './media/stats.js';
import type { TickReport } from './media/tick.js';
import { systemClock } from './media/time.js';
import { loadPersona } from './personas/load-persona.js';
import { suitPersona } from './personas/suit.js';
import { openRecording } from './recording.js';
import { readRoster } from './roster/read-roster.js';
import { sample, samples } from './sampler/sampler.js';
import { startServer } from './server/http.js';
import { openSource } from './source/ffmpeg.js';
import type { Source, SourceInfo } from './source/source.js';
import { openTrack, type Track, type TrackRun } from './track.js';
import { lookTogether, trackConfigs, trackTarget } from './tracks.js';
import { openVlm } from './vlm/load.js';
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
  /** Serve the page, the feed and the voice. */
  readonly serve?: boolean;
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
  /** What came of every look of the model, on all tracks. */
  readonly ticks: Observable<TickReport>;
  /** What each track remembers, after each of its cues. */
  readonly recollections: Observable<Recollection>;
  /** Of the first track. */
  stats(): RunStats;
  /** Runs once, until the input ends or the signal aborts; resolves when every sink has finished. */
  run(): Promise<BoothRun>;
  close(): Promise<void>;
}

export interface BoothRun {
  /** In the order of `langs`. */
  readonly tracks: readonly TrackRun[];
}

/** The whole pipeline: frames → clips → remarks → cues → captions, page and voice. */
export async function openBooth(options: BoothOptions): Promise<Booth> {
  const closer = new Closer();
  try {
    return await compose(options, closer);
  } catch (thrown) {
    await closer.close();
    throw thrown;
  }
}

async function compose(options: BoothOptions, closer: Closer): Promise<Booth> {
  const { config, signal, serve = false, speak = false } = options;
  const live = options.mode === 'live';
  const clock = systemClock;
  const tell = options.onWarning ?? (() => {});
  const { roster: path } = config.commentator;
  const roster = path === 'none' ? null : readRoster(path);
  const asked = loadPersona(config.commentator.persona);
  const vlm = options.vlm ?? closer.own(await openVlm(config, tell));
  const { persona, advice } = suitPersona(asked, vlm.info);
  if (advice !== null) tell(new BoothError('CONFIG_INVALID', advice, { policy: 'skip' }));

  const langs = options.langs ?? [config.commentator.lang];
  const configs = trackConfigs(config, langs);
  const header = { live, config, langs, persona, roster, model: vlm.info, clock, onWarning: tell };
  const recording = closer.own(openRecording({ ...header, dir: options.record }));
  const { onLine } = recording;
  const onWarning = (error: BoothError) => {
    recording.warning(error);
    tell(error);
  };

  const tracks: Track[] = [];
  for (const own of configs) {
    const captions = options.captions && trackTarget(options.captions, own, configs.length > 1);
    const follows = own !== configs[0];
    // Two languages on one loudspeaker would be none: the first speaks.
    const aloud = speak && !follows;
    const shared = { vlm, persona, roster, clock, live, serve, speak: aloud, follows, onWarning, onLine };
    tracks.push(await openTrack({ ...shared, config: own, ...(captions && { captions }) }, closer));
  }
  const all = (act: (track: Track) => void) => tracks.forEach(act);

  const onRestart = (error: BoothError) => {
    all(({ meter }) => meter.restart());
    recording.restart(error);
    tell(error);
  };
  const again = { ...restarts(config), onRestart };
  const { input } = vlm.info;
  const playing = { ...config.source, realtime: live, preview: serve };
  const opened = defer(() => openSource(options.input, input, playing));
  // A stream that is not there yet may come; a file that is not there will not.
  const source = await firstValueFrom(live ? opened.pipe(restart(again), untilAborted(signal)) : opened);

  recording.input(source.info);

  const lookAt = lookTogether(tracks, onWarning);
  const look = (clip: Clip, stop: AbortSignal) => {
    recording.clip('look', clip);
    return lookAt(clip, stop);
  };
  const onFrame = (frame: Frame) => all(({ meter }) => meter.frame(frame));
  const onOverload = (clip: Clip) => {
    recording.clip('overload', clip);
    all((track) => track.dropped(clip));
  };
  const onSkip = (clip: Clip) => {
    recording.clip('skip', clip);
    all(({ meter }) => meter.skip());
  };
  const sampling = { ...config.sampler, framesPerClip: input.framesPerClip, onSkip };
  // Here alone the modes part: live drops what there is no time to look at, offline makes the source wait.
  const spoken = live
    ? source
        .frames()
        .pipe(restart(again), untilAborted(signal), tap(onFrame), sample(sampling), latest(look, onOverload))
    : lossless(samples(passing(source.pull(signal), onFrame), sampling), look);

  const [main] = tracks as [Track, ...Track[]];
  const server = serve
    ? closer.own(
        await startServer({
          config: config.server,
          about: about(source, vlm.info),
          channels: tracks.map((track) => ({
            ...track,
            persona: persona.file.name,
            stats: interval(STATS_MS).pipe(map(() => track.meter.stats())),
          })),
          previews: source.previews(),
          captions: {
            vtt: (cues) => writeVtt(cues, config.captions),
            srt: (cues) => writeSrt(cues, config.captions),
          },
        }),
      )
    : null;

  return {
    source: source.info,
    model: vlm.info,
    url: server?.url ?? null,
    cues: merge(...tracks.map((track) => track.cues)),
    ticks: merge(...tracks.map((track) => track.ticks)),
    recollections: merge(...tracks.map((track) => track.recollections)),
    stats: () => main.meter.stats(),
    close: () => closer.close(),
    async run() {
      const sinks = Promise.all(tracks.map((track) => track.finished()));
      const running = spoken.subscribe({
        next: ({ track, remark }) => track.heard.next(remark),
        error: (thrown: unknown) => all(({ heard }) => heard.error(thrown)),
        complete: () => all(({ heard }) => heard.complete()),
      });
      try {
        const runs = await sinks;
        recording.end();
        return { tracks: runs };
      } finally {
        running.unsubscribe();
      }
    },
  };
}

/** Milliseconds between two reports of a run's numbers to the page. */
const STATS_MS = 1_000;

function about({ info: { name, live } }: Source, { name: model, device }: ModelInfo) {
  return { title: name, source: name, model, device, live };
}

function restarts({ source }: Config) {
  return { baseMs: source.restartBaseMs, maxMs: source.restartMaxMs, attempts: source.restartAttempts };
}
