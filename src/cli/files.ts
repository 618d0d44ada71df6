import { basename, extname, join } from 'node:path';
import type { Booth, BoothOptions } from '../booth.js';
import { makeConfig } from '../config.js';
import type { CaptionFormat } from '../config-schema.js';
import { checkNarration, narrateCaptions } from '../narrate-captions.js';
import { withoutCredentials } from '../source/input.js';
import type { TrackRun } from '../track.js';
import { trackConfigs } from '../tracks.js';
import type { Output } from './output.js';

/** The caption formats that a narrated video is made of. */
export const NARRATION_FORMATS: readonly CaptionFormat[] = ['vtt', 'jsonl'];

/** Where a run's caption files go: named after the input. */
export function captionsTarget(input: string, dir: string, formats: readonly CaptionFormat[]) {
  return { dir, base: baseName(input), formats };
}

/** `videos/match.mp4` → `match`, `rtsp://host/live/one` → `one`, `-` → `stdin`. */
function baseName(input: string): string {
  if (input === '-') return 'stdin';
  const path = /^[a-z0-9+.-]+:/i.test(input) ? withoutCredentials(input).replace(/[?#].*$/, '') : input;
  const name = basename(path, extname(path)).replace(/[^\p{L}\p{N}._ -]/gu, '_');
  return /^[. ]*$/.test(name) ? 'video' : name;
}

/** Every caption file of a run. */
export function captionFiles(tracks: readonly TrackRun[]): string[] {
  return tracks.flatMap(({ captions }) => Object.values(captions));
}

/** Raises, before a run, what would keep its narrated videos from being made after it. */
export async function checkNarrated(
  { input, config, langs = [config.commentator.lang] }: BoothOptions,
  dir: string,
): Promise<void> {
  const configs = trackConfigs(config, langs);
  for (const own of configs) {
    const out = narratedPath(input, dir, own.commentator.channel, configs.length > 1);
    await checkNarration({ input, out, config: own });
  }
}

function narratedPath(input: string, dir: string, channel: string, several: boolean): string {
  return join(dir, `${baseName(input)}${several ? `.${channel}` : ''}.mp4`);
}

/** Makes `<dir>/<base>.mp4` of a finished run, or `<dir>/<base>.<channel>.mp4` of each track of several; resolves with their paths. */
export async function writeNarrated(
  { input, config, signal }: BoothOptions,
  { source }: Booth,
  tracks: readonly TrackRun[],
  dir: string,
  output: Output,
): Promise<string[]> {
  const written: string[] = [];
  for (const { lang, channel, captions, stats } of tracks) {
    const { jsonl, vtt } = captions;
    if (jsonl === undefined || vtt === undefined) throw new TypeError('a narrated video needs jsonl and vtt');
    const out = narratedPath(input, dir, channel, tracks.length > 1);
    const { unspoken } = await narrateCaptions({
      input,
      source,
      duration: source.duration ?? stats.seconds,
      captions: { jsonl, vtt },
      out,
      config: makeConfig(config, { commentator: { lang } }),
      onWarning: (error) => output.warn(error.message),
      ...(signal && { signal }),
    });
    if (unspoken > 0) output.warn(`${unspoken} lines could not be spoken and are captions only.`);
    written.push(out);
  }
  return written;
}
