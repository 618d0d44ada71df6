import { type CaptionsTarget, writeCaptions } from './captions/write.js';
import { BoothError } from './errors.js';
import type { Cue } from './media/cue.js';
import { Comparison, type Difference } from './record/comparison.js';
import { readSession } from './record/reader.js';
import { infoOf, RecentClips, RecordedClock } from './record/recall.js';
import type { SessionHeader, SessionLine } from './record/schema.js';
import { settingsOf } from './replay-settings.js';
import { ReplayedTrack } from './replayed-track.js';
import type { TrackRun } from './track.js';
import { trackTarget } from './tracks.js';

export interface ReplayOptions {
  /** The folder that was recorded into. */
  readonly dir: string;
  /** Caption files to write; of several tracks, each adds its channel to `base`. */
  readonly captions?: CaptionsTarget;
  /** Told once, before the first cue. */
  readonly onHeader?: (header: SessionHeader) => void;
  readonly onCue?: (cue: Cue) => void;
}

export interface Replay {
  readonly tracks: readonly TrackRun[];
  /** The first thing that came out otherwise than it was recorded; `null` when all is the same, to the bit. */
  readonly difference: Difference | null;
  /** False for a recording that was cut off: it was replayed as far as it goes. */
  readonly complete: boolean;
  /** Milliseconds of the recorded clock from the first line to the last. */
  readonly recordedMs: number;
}

/**
 * Lets the commentators of a recorded session hear its remarks again, on the recorded clock and without a model, and compares all
 * that they decide with what was recorded. Memory stays flat. Raises SESSION_INVALID, CAPTIONS_UNWRITABLE.
 */
export async function replay(options: ReplayOptions): Promise<Replay> {
  const lines = readSession(options.dir);
  const settings = await settingsOf((await lines.next()).value);
  options.onHeader?.(settings.header);
  const clock = new RecordedClock();
  const comparison = new Comparison();
  const tracks = settings.configs.map((config, index) => {
    const several = settings.configs.length > 1;
    const captions = options.captions && trackTarget(options.captions, config, several);
    const onLine = comparison.listenTo(config.commentator.channel);
    const track = new ReplayedTrack(settings, index, { clock, onLine, onCue: options.onCue });
    return { track, written: captions ? writeCaptions(track.cues, captions, config.captions) : null };
  });
  const files = Promise.all(tracks.map(({ written }) => written ?? {}));
  // A fault of the session is told before one of the files.
  files.catch(() => {});

  const all = tracks.map(({ track }) => track);
  const clips = new RecentClips();
  let complete = false;
  try {
    for await (const line of lines) {
      if ('at' in line) clock.moveTo(line.at);
      hear(line, all, clips);
      comparison.recorded(line);
      complete = line.kind === 'end';
    }
  } finally {
    for (const { heard } of all) heard.complete();
  }
  const captions = await files;
  const runs = all.map((track, index) => track.run(captions[index] ?? {}));
  return { tracks: runs, difference: comparison.end(complete), complete, recordedMs: clock.passedMs };
}

/** What the run was given once goes where it went. */
function hear(line: SessionLine, tracks: readonly ReplayedTrack[], clips: RecentClips): void {
  const trackOf = (channel: string) =>
    tracks.find((track) => track.channel === channel) ?? unknown(`track "${channel}"`);
  const clipOf = (seq: number) => clips.get(seq) ?? unknown(`clip ${seq}`);
  switch (line.kind) {
    case 'clip': {
      const pts = clips.add(line);
      for (const track of tracks) track.count(line, pts);
      return;
    }
    case 'look':
      trackOf(line.channel).commentary.context(clipOf(line.clip));
      return;
    case 'remark':
      trackOf(line.channel).heard.next({ ...line.remark, clip: infoOf(clipOf(line.clip)) });
      return;
    case 'spoken':
      trackOf(line.channel).commentary.spoken(line.text, line.seconds);
      return;
    case 'lost':
      trackOf(line.channel).meter.drop(line.reason);
      return;
    case 'restart':
      for (const { meter } of tracks) meter.restart();
      return;
    case 'ended':
      trackOf(line.channel).heard.complete();
  }
}

function unknown(what: string): never {
  throw new BoothError(
    'SESSION_INVALID',
    `The session speaks of a ${what} that it has not told of before. Give a folder that --record has written.`,
  );
}
