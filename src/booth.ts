import {
  connectable,
  defer,
  EMPTY,
  firstValueFrom,
  ignoreElements,
  interval,
  lastValueFrom,
  map,
  type Observable,
  Subject,
  share,
  tap,
} from 'rxjs';
import { writeSrt } from './captions/srt.js';
import { writeVtt } from './captions/vtt.js';
import { type CaptionFiles, type CaptionsTarget, writeCaptions } from './captions/write.js';
import { Closer } from './closer.js';
import { commentate } from './commentator/commentate.js';
import { createMemory } from './commentator/memory.js';
import type { Config } from './config.js';
import { BoothError } from './errors.js';
import { latest } from './flow/latest.js';
import { lossless } from './flow/lossless.js';
import { restart } from './flow/restart.js';
import { untilAborted } from './flow/until-aborted.js';
import type { Clip } from './media/clip.js';
import type { Cue } from './media/cue.js';
import type { RunStats } from './media/stats.js';
import type { TickReport } from './media/tick.js';
import { systemClock } from './media/time.js';
import { Meter } from './meter.js';
import { sample, samples } from './sampler/sampler.js';
import { startServer } from './server/http.js';
import { openSource } from './source/ffmpeg.js';
import type { Source, SourceInfo } from './source/source.js';
import { findSpeaker, findTts } from './speech/find-tts.js';
import { play } from './speech/play.js';
import { utter } from './speech/utter.js';
import { Ticks } from './ticks.js';
import { openVlm } from './vlm/load.js';
import { remarks } from './vlm/remarks.js';
import type { ModelInfo } from './vlm/vlm.js';

export interface BoothOptions {
  readonly input: string;
  /** `live` never lags: it drops what it cannot look at. `offline` never loses: the source waits. */
  readonly mode: 'live' | 'offline';
  readonly config: Config;
  /** Caption files to write. */
  readonly captions?: CaptionsTarget;
  /** Serve the page, the feed and the voice. */
  readonly serve?: boolean;
  /** Speak on this machine's loudspeaker. */
  readonly speak?: boolean;
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
  readonly cues: Observable<Cue>;
  /** What came of every look of the model. */
  readonly ticks: Observable<TickReport>;
  stats(): RunStats;
  /** Runs once, until the input ends or the signal aborts; resolves when every sink has finished. */
  run(): Promise<BoothRun>;
  close(): Promise<void>;
}

export interface BoothRun {
  readonly stats: RunStats;
  readonly captions: CaptionFiles;
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
  const { config, signal, serve = false, speak = false, onWarning = () => {} } = options;
  const live = options.mode === 'live';
  const clock = systemClock;
  const meter = new Meter();
  const ticks = new Ticks({ clock, live });
  const memory = createMemory(config.commentator);
  const { lang, staleAfter, interruptAt } = config.commentator;
  const deps = {
    clock,
    live,
    staleAfter,
    interruptAt,
    onWarning,
    onDrop: meter.drop,
    droppedClips: meter.droppedClips,
  };

  const onRestart = (error: BoothError) => {
    meter.restart();
    onWarning(error);
  };
  const again = { ...restarts(config), onRestart };

  const vlm = closer.own(await openVlm(config, onWarning));
  const session = closer.own(await vlm.open());
  const { input } = vlm.info;
  const playing = { ...config.source, realtime: live, preview: serve };
  const opened = defer(() => openSource(options.input, input, playing));
  // A stream that is not there yet may come; a file that is not there will not.
  const source = await firstValueFrom(live ? opened.pipe(restart(again), untilAborted(signal)) : opened);

  const look = (clip: Clip, stop: AbortSignal) =>
    ticks.watch(clip, remarks(vlm, session, clip, memory.context(), { ...deps, signal: stop }));
  const onOverload = (clip: Clip) => {
    meter.drop('overload');
    ticks.dropped(clip);
  };
  const sampling = { ...config.sampler, framesPerClip: input.framesPerClip, onSkip: meter.skip };
  // Here alone the modes part: live drops what there is no time to look at, offline makes the source wait.
  const spoken = live
    ? source
        .frames()
        .pipe(
          restart(again),
          untilAborted(signal),
          tap(meter.frame),
          sample(sampling),
          latest(look, onOverload),
        )
    : lossless(samples(meter.frames(source.pull(signal)), sampling), look);
  const cues = connectable(
    spoken.pipe(tap(meter.remark), commentate({ ...config.commentator, live }, memory, deps), tap(meter.cue)),
    { connector: () => new Subject(), resetOnDisconnect: false },
  );

  const tts = serve ? await findTts(config.speech, lang) : null;
  const utterances = tts ? cues.pipe(utter(closer.own(tts), deps), tap(meter.utterance), share()) : EMPTY;
  const speaker = speak ? await findSpeaker(config.speech, lang) : null;
  const playback = speaker ? cues.pipe(play(closer.own(speaker), deps)) : EMPTY;
  const silent = (serve && tts === null) || (speak && speaker === null);
  if (silent && config.speech.engine !== 'none') onWarning(noVoice());

  const server = serve
    ? closer.own(
        await startServer({
          config: config.server,
          about: about(options, source, vlm.info, tts?.voiceFor(lang) ?? null),
          cues,
          utterances,
          previews: source.previews(),
          ticks: ticks.reports,
          stats: interval(STATS_MS).pipe(map(() => meter.stats())),
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
    cues,
    ticks: ticks.reports,
    stats: () => meter.stats(),
    close: () => closer.close(),
    async run() {
      const written = options.captions ? writeCaptions(cues, options.captions, config.captions) : {};
      const sinks = Promise.all([written, ended(cues), ended(utterances), ended(playback)]);
      const connection = cues.connect();
      try {
        const [captions] = await sinks;
        return { stats: meter.stats(), captions };
      } finally {
        connection.unsubscribe();
      }
    },
  };
}

/** Milliseconds between two reports of a run's numbers to the page. */
const STATS_MS = 1_000;

function ended(stream: Observable<unknown>): Promise<unknown> {
  return lastValueFrom(stream.pipe(ignoreElements()), { defaultValue: null });
}

function about(options: BoothOptions, { info }: Source, model: ModelInfo, voice: string | null) {
  const { lang, channel } = options.config.commentator;
  const { live, name } = info;
  return {
    title: name,
    source: name,
    model: model.name,
    device: model.device,
    lang,
    channel,
    persona: 'play-by-play',
    voice,
    live,
  };
}

function restarts({ source }: Config) {
  return { baseMs: source.restartBaseMs, maxMs: source.restartMaxMs, attempts: source.restartAttempts };
}

function noVoice(): BoothError {
  const message =
    'No speech engine was found, so there are captions only. Run: sudo apt-get install espeak-ng';
  return new BoothError('SPEECH_MISSING', message);
}
