import { catchError, EMPTY, from, map, merge, type Observable } from 'rxjs';
import type { CaptionsTarget } from './captions/write.js';
import type { Closer } from './closer.js';
import { type Config, makeConfig } from './config.js';
import { BoothError } from './errors.js';
import type { Clip } from './media/clip.js';
import type { Remark } from './media/remark.js';
import { openTrack, type Track, type TrackOptions } from './track.js';

/**
 * One configuration for each language, each once. One language keeps the channel that was configured; of several,
 * each has a channel of its own name. Raises CONFIG_INVALID for what is no language tag.
 */
export function trackConfigs(config: Config, langs: readonly string[]): readonly [Config, ...Config[]] {
  const [first = config.commentator.lang, ...others] = new Set(langs);
  if (others.length === 0) return [makeConfig(config, { commentator: { lang: first } })];
  const own = (lang: string) => makeConfig(config, { commentator: { lang, channel: lang.toLowerCase() } });
  return [own(first), ...others.map(own)];
}

/** `out.vtt` for one track; `out.en.vtt` and `out.zh.vtt` for several. */
export function trackTarget(target: CaptionsTarget, config: Config, several: boolean): CaptionsTarget {
  return several ? { ...target, base: `${target.base}.${config.commentator.channel}` } : target;
}

export interface TracksOptions extends Omit<TrackOptions, 'serve' | 'speak' | 'follows'> {
  readonly langs: readonly string[];
  /** Whoever serves makes the voices of all tracks. */
  readonly serve?: unknown;
  readonly speak?: boolean;
}

/** A track for each language; at least one. */
export async function openTracks(
  options: TracksOptions,
  closer: Closer,
): Promise<readonly [Track, ...Track[]]> {
  const { captions, serve = false, speak = false } = options;
  const [first, ...others] = trackConfigs(options.config, options.langs);
  const open = (config: Config, follows: boolean) => {
    const target = captions && trackTarget(captions, config, others.length > 0);
    // Two languages on one loudspeaker would be none: the first speaks.
    const own = { config, serve: serve !== false, speak: speak && !follows, follows };
    return openTrack({ ...options, ...own, ...(target && { captions: target }) }, closer);
  };
  const tracks: [Track, ...Track[]] = [await open(first, false)];
  for (const config of others) tracks.push(await open(config, true));
  return tracks;
}

/** What a track said of a clip. */
export interface Heard {
  readonly track: Track;
  readonly remark: Remark;
}

/**
 * Lets every track look at the same clip, so that the model needs to see it only once, and ends when the last has
 * answered. A track that fails for good ends alone while another goes on; a fault of the configuration, or of the
 * last track, is passed on.
 */
export function lookTogether(
  tracks: readonly Track[],
  { onLook, onWarning }: { onLook(clip: Clip): void; onWarning(error: BoothError): void },
): (clip: Clip, signal: AbortSignal) => Observable<Heard> {
  const going = new Set(tracks);
  const giveUp = (track: Track, thrown: unknown): Observable<never> => {
    going.delete(track);
    const alone = thrown instanceof BoothError && thrown.stage !== 'config' && going.size > 0;
    if (!alone) throw thrown;
    const message = `The commentary in "${track.lang}" has ended, the rest goes on: ${thrown.message}`;
    onWarning(new BoothError(thrown.code, message, { cause: thrown }));
    track.heard.complete();
    return EMPTY;
  };
  const lookOf = (track: Track, clip: Clip, signal: AbortSignal) =>
    from(track.look(clip, signal)).pipe(
      map((remark) => ({ track, remark })),
      catchError((thrown: unknown) => giveUp(track, thrown)),
    );
  return (clip, signal) => {
    onLook(clip);
    return merge(...[...going].map((track) => lookOf(track, clip, signal)));
  };
}

/** Raises the first track's reason where looks were made and every one failed, on all tracks: of a whole input that is no result. */
export function throwIfBlind(tracks: readonly Pick<Track, 'looks'>[]): void {
  const reasons = tracks.map(({ looks }) => looks.blindness);
  const [first] = reasons;
  if (first && reasons.every((reason) => reason !== null)) throw first;
}
