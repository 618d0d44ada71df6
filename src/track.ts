import {
  connectable,
  distinctUntilChanged,
  filter,
  ignoreElements,
  lastValueFrom,
  map,
  type Observable,
  Subject,
  scan,
} from 'rxjs';
import { type CaptionFiles, type CaptionsTarget, writeCaptions } from './captions/write.js';
import type { Closer } from './closer.js';
import { openCommentary } from './commentary.js';
import { createGate, silenceOf } from './commentator/gate.js';
import { heldBack } from './commentator/held-back.js';
import { openMatch } from './commentator/match.js';
import type { Config } from './config.js';
import type { BoothError } from './errors.js';
import type { Clip } from './media/clip.js';
import { type Cue, isWithdrawn } from './media/cue.js';
import type { DropReason } from './media/drops.js';
import type { Recollection } from './media/recollection.js';
import type { Remark } from './media/remark.js';
import type { RunStats } from './media/stats.js';
import type { TickReport } from './media/tick.js';
import type { Clock } from './media/time.js';
import type { Utterance } from './media/utterance.js';
import { Meter } from './meter.js';
import { type Persona, speakersOf } from './personas/persona.js';
import { isTrainedWith } from './personas/suit.js';
import type { OnLine } from './record/schema.js';
import type { Roster } from './roster/roster.js';
import { Ticks } from './ticks.js';
import { Looks } from './vlm/looks.js';
import { remarks } from './vlm/remarks.js';
import type { LookStats, Vlm } from './vlm/vlm.js';
import { openVoice } from './voice.js';

export interface TrackOptions {
  /** Its commentator's `lang` and `channel` are those of the track. */
  readonly config: Config;
  readonly vlm: Vlm;
  /** Who speaks. */
  readonly persona: Persona;
  /** Who plays, where that is given. */
  readonly roster: Roster | null;
  readonly clock: Clock;
  readonly live: boolean;
  readonly captions?: CaptionsTarget;
  /** Make the voice for those who listen elsewhere. */
  readonly serve: boolean;
  /** Speak on this machine's loudspeaker. */
  readonly speak: boolean;
  /** Another track of the run looks at the same pictures before. */
  readonly follows: boolean;
  readonly onWarning: (error: BoothError) => void;
  /** Takes the session down. */
  readonly onLine: OnLine;
}

/** One language of a run: what is said in it, in captions and aloud. All tracks of a run look at the same clips. */
export interface Track {
  readonly lang: string;
  readonly channel: string;
  /** Name of the voice; `null` when nobody speaks. */
  readonly voice: string | null;
  readonly meter: Meter;
  look(clip: Clip, signal: AbortSignal): AsyncIterable<Remark>;
  /** What came of its looks, of those that the gate did not spare the model. */
  readonly looks: Looks;
  /** The clip came while the model was busy. */
  dropped(clip: Clip): void;
  /** Where the remarks of the looks go: what becomes of them is in `cues`. Its end is the track's end. */
  readonly heard: Subject<Remark>;
  readonly cues: Observable<Cue>;
  readonly utterances: Observable<Utterance>;
  readonly ticks: Observable<TickReport>;
  /** What is remembered after each line, told once. */
  readonly recollections: Observable<Recollection>;
  /** Subscribes what writes and speaks; resolves when all of it has finished. */
  finished(): Promise<TrackRun>;
}

export interface TrackRun {
  readonly lang: string;
  readonly channel: string;
  readonly stats: RunStats;
  readonly captions: CaptionFiles;
}

/** Of a look, what is left for a track whose pictures were seen for another: reading and answering (Kickabout: 33 of 157 ms). */
const READING_SHARE = 0.25;

/** A session of the model with its own memory, commentator, captions and voice. */
export async function openTrack(options: TrackOptions, closer: Closer): Promise<Track> {
  const { config, vlm, persona, roster, clock, live, serve, speak, onWarning, onLine } = options;
  const { lang, channel, interruptAt } = config.commentator;
  const { budget } = config.speech;
  const { input } = vlm.info;
  const meter = new Meter();
  const ticks = new Ticks({ clock, live });
  const looks = new Looks();
  const match = await openMatch(config.commentator, roster, speakersOf(persona));
  const commentary = openCommentary({ config, persona, match, live, clock, meter, onLine });
  const part = options.follows ? READING_SHARE : 1;
  const pace = live ? { looksPerSecond: (part * input.fps) / input.framesPerClip } : {};
  const session = closer.own(await vlm.open(pace));
  const onDrop = (reason: DropReason) => {
    meter.drop(reason);
    onLine({ kind: 'lost', at: clock.now(), channel, reason });
  };
  const deps = { clock, live, budget, interruptAt, onWarning, onDrop };

  const heard = new Subject<Remark>();
  heard.subscribe({ error: ticks.complete, complete: ticks.complete });
  const cues = connectable(heard.pipe(commentary.commentate), {
    connector: () => new Subject(),
    resetOnDisconnect: false,
  });
  const looksAlways = !mayLookAway(config, vlm);
  const gate =
    looksAlways && !asksForDensity(config, persona)
      ? null
      : createGate({ density: config.commentator.density || persona.file.density });
  if (gate !== null) {
    heard.subscribe({ next: (remark) => gate.hear(remark), error: () => {} });
    cues.subscribe({ next: (cue) => gate.note(cue), error: () => {} });
  }
  cues.connect();

  const speaking = { config, persona, serve, speak, meter, onSpoken: commentary.spoken, deps };
  const { name: voice, utterances, playback } = await openVoice(cues, speaking, closer);

  return {
    lang,
    channel,
    voice,
    meter,
    looks,
    look: (clip, signal) => {
      const onEnd = (stats: LookStats) => {
        looks.ended(stats);
        onLine({ kind: 'spent', at: clock.now(), channel, clip: clip.seq, stats: { ...stats } });
      };
      const onFailure = (error: BoothError) => {
        if (looks.failed(error)) onWarning(error);
      };
      const opens = gate === null || gate.opens(clip);
      if (!opens && !looksAlways) return ticks.watch(clip, silenceOf(clip, clock.now()));
      const known = commentary.context(clip);
      // A model that was trained for one job ends its lines by itself.
      const context = vlm.info.takesInstructions ? known : { ...known, seconds: null };
      const said = remarks(vlm, session, clip, context, {
        clock,
        onDrop,
        onWarning: onFailure,
        onEnd,
        signal,
      });
      return ticks.watch(clip, opens ? said : heldBack(said, clip, interruptAt));
    },
    dropped: (clip) => {
      meter.drop('overload');
      ticks.dropped(clip);
    },
    heard,
    cues,
    utterances,
    ticks: ticks.reports,
    recollections: cues.pipe(
      filter((cue) => cue.final && !isWithdrawn(cue)),
      // A line that is cut comes once more, before the one that has cut it.
      scan((newest, cue) => (cue.seq > newest.seq ? cue : newest)),
      distinctUntilChanged(),
      map(({ start }) => commentary.recall(start)),
      distinctUntilChanged((a, b) => isSameMemory(a, b)),
    ),
    async finished() {
      const written = options.captions ? writeCaptions(cues, options.captions, config.captions) : {};
      const [captions] = await Promise.all([written, ended(cues), ended(utterances), ended(playback)]);
      return { lang, channel, stats: meter.stats(), captions };
    },
  };
}

/** Apart from the facts, which grow old. */
function isSameMemory(a: Recollection, b: Recollection): boolean {
  return a.summary === b.summary && a.recent.join('\n') === b.recent.join('\n');
}

/** A model that watches decides by itself when to speak; a local one that stands behind an endpoint must see every clip. */
function mayLookAway({ commentator, vlm: { fallback } }: Config, { info }: Vlm): boolean {
  if (commentator.gate !== 'auto') return commentator.gate === 'on';
  return info.takesInstructions && fallback === 'none';
}

/** Else a model that decides by itself talks as much as it was trained to. */
function asksForDensity({ commentator: { gate, density } }: Config, { file }: Persona): boolean {
  return gate !== 'off' && (density > 0 || !isTrainedWith(file));
}

function ended(stream: Observable<unknown>): Promise<unknown> {
  return lastValueFrom(stream.pipe(ignoreElements()), { defaultValue: null });
}
