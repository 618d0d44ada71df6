import { merge, type Observable, tap } from 'rxjs';
import { keepBooks } from './bookkeeping.js';
import type { Booth, BoothOptions, BoothRun } from './booth-options.js';
import { Closer } from './closer.js';
import { openCrew } from './crew.js';
import type { BoothError } from './errors.js';
import { latest } from './flow/latest.js';
import { lossless } from './flow/lossless.js';
import { passing } from './flow/passing.js';
import { openInput } from './input.js';
import { systemClock } from './media/time.js';
import { goOnAir } from './on-air.js';
import { openRecording, type Recording } from './recording.js';
import { sample, samples } from './sampler/sampler.js';
import type { Track } from './track.js';
import { type Heard, lookTogether, openTracks, throwIfBlind } from './tracks.js';

export type { Booth, BoothOptions, BoothRun } from './booth-options.js';

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
  const { config, mode, serve = false, record: dir, onWarning: tell = () => {} } = options;
  const live = mode === 'live';
  const langs = options.langs ?? [config.commentator.lang];
  const crew = await openCrew(options, tell, closer);
  const { info: model } = crew.vlm;

  const base = { ...crew, config, live, langs, clock: systemClock };
  const recording = closer.own(openRecording({ ...base, model, dir, onWarning: tell }));
  const onWarning = (error: BoothError) => {
    recording.warning(error);
    tell(error);
  };
  const tracks = await openTracks({ ...options, ...base, onWarning, onLine: recording.onLine }, closer);
  const books = keepBooks(tracks, recording);
  const onRestart = (error: BoothError) => {
    books.restart(error);
    tell(error);
  };
  const source = await openInput({ ...options, onWarning }, model.input, onRestart);
  recording.input(source.info);

  const { fps, framesPerClip } = model.input;
  const sampling = { ...config.sampler, fps, framesPerClip, onSkip: books.skip };
  const look = lookTogether(tracks, { onLook: books.looked, onWarning });
  // Here alone the modes part: live drops what there is no time to look at, offline makes the source wait.
  const remarks = live
    ? source.frames().pipe(tap(books.frame), sample(sampling), latest(look, books.overload))
    : lossless(samples(passing(source.pull(), books.frame), sampling), look, options.signal);

  const url = serve === false ? null : await goOnAir(serve, { config, crew, source, tracks }, closer);
  return {
    source: source.info,
    model,
    url,
    cues: merge(...tracks.map((track) => track.cues)),
    ticks: merge(...tracks.map((track) => track.ticks)),
    recollections: merge(...tracks.map((track) => track.recollections)),
    stats: () => tracks[0].meter.stats(),
    run: async () => {
      const ended = await run(remarks, tracks, recording);
      if (!live && !options.signal?.aborted) throwIfBlind(tracks);
      return ended;
    },
    close: () => closer.close(),
  };
}

/** Each remark goes to the track that heard it, whose cues go to captions, page and voice; ends when all of them have finished. */
async function run(
  remarks: Observable<Heard>,
  tracks: readonly Track[],
  recording: Recording,
): Promise<BoothRun> {
  const finished = Promise.all(tracks.map((track) => track.finished()));
  const all = (tell: (track: Track) => void) => tracks.forEach(tell);
  const running = remarks.subscribe({
    next: ({ track, remark }) => track.heard.next(remark),
    error: (thrown: unknown) => all(({ heard }) => heard.error(thrown)),
    complete: () => all(({ heard }) => heard.complete()),
  });
  try {
    const runs = await finished;
    recording.end();
    return { tracks: runs };
  } finally {
    running.unsubscribe();
  }
}
