import { readFile, realpath, rename, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, extname, join } from 'node:path';
import type { NarrationConfig } from '../config.js';
import { BoothError } from '../errors.js';
import { makeFolder } from '../make-folder.js';
import type { Utterance } from '../media/utterance.js';
import { run } from '../process.js';
import { endWithin } from './captions.js';
import { ffmpegPath, inputArguments, muxArguments, narrationError, videoCodec } from './ffmpeg.js';
import { narrationTrack } from './track.js';

export interface NarrateOptions {
  /** A file or an http(s) URL that the source accepted. */
  readonly input: string;
  readonly hasAudio: boolean;
  /** Seconds of the programme. */
  readonly duration: number;
  /** In the order of their cues where they come as a stream; a list is sorted. */
  readonly utterances: readonly Utterance[] | AsyncIterable<Utterance>;
  /** A complete .vtt or .srt file. */
  readonly captions: string;
  /** BCP 47. */
  readonly lang: string;
  /** The MP4 to write; it appears when it is complete. */
  readonly out: string;
  readonly config: NarrationConfig;
  readonly signal?: AbortSignal;
  /** Gets 0–1 as the work goes on. */
  readonly onProgress?: (share: number) => void;
}

/**
 * Writes the narrated video: the picture as it was, the voice over the original sound, which is lowered under
 * it, and the captions as a subtitle track. Memory stays flat, whatever the length.
 * Raises NARRATION_FAILED with ffmpeg's last line, FFMPEG_MISSING, whatever pulling `utterances` raises, or
 * the signal's reason; no process and no half-written file is left.
 */
export async function narrate(options: NarrateOptions): Promise<void> {
  const { input, out, duration, signal } = options;
  signal?.throwIfAborted();
  if (!(duration > 0)) {
    const why = `it lasts ${duration} s, which leaves no time to speak in`;
    throw new BoothError('NARRATION_FAILED', `The video cannot be narrated: ${why}.`);
  }
  await checkNarratable(input, out);
  const partial = join(dirname(out), `.${basename(out)}.${process.pid}.part`);
  const captions = `${partial}${extname(options.captions)}`;
  try {
    makeFolder(dirname(out));
    await writeFile(captions, endWithin(await readFile(options.captions, 'utf8'), duration));
    const codec = await videoCodec(input, signal);
    const track = await narrationTrack(inOrder(options.utterances), duration, signal);
    await run(
      ffmpegPath(),
      muxArguments({
        ...options,
        captions,
        videoCodec: codec,
        sampleRateHz: track.sampleRateHz,
        out: partial,
      }),
      {
        input: track.chunks,
        onOutput: progressReader(duration, options.onProgress),
        ...(signal ? { signal } : {}),
      },
    );
    await rename(partial, out);
    options.onProgress?.(1);
  } catch (thrown) {
    await discard(partial);
    signal?.throwIfAborted();
    throw narrationError(thrown);
  } finally {
    await discard(captions);
  }
}

function inOrder(utterances: NarrateOptions['utterances']): Iterable<Utterance> | AsyncIterable<Utterance> {
  if (Symbol.asyncIterator in utterances) return utterances;
  return [...utterances].sort((a, b) => a.cue.start - b.cue.start);
}

/** Best effort: the error that led here is the one to tell. */
async function discard(file: string): Promise<void> {
  await rm(file, { force: true }).catch(() => {});
}

/** Raises NARRATION_FAILED for an input that cannot be read a second time, or that the video would replace. */
export async function checkNarratable(input: string, out: string): Promise<void> {
  inputArguments(input);
  const real = (path: string) => realpath(path).catch(() => null);
  const [source, target] = await Promise.all([real(input.replace(/^file:/i, '')), real(out)]);
  if (source === null || source !== target) return;
  throw new BoothError(
    'NARRATION_FAILED',
    `The narrated video would replace its own input ${out}; choose another output folder.`,
  );
}

/** Reads ffmpeg's `-progress`: lines of `key=value`, cut anywhere by the pipe. */
function progressReader(duration: number, onProgress: NarrateOptions['onProgress']): (chunk: Buffer) => void {
  let rest = '';
  return (chunk) => {
    const lines = (rest + chunk.toString('latin1')).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) {
      const microseconds = /^out_time_us=(\d+)$/.exec(line.trim())?.[1];
      if (microseconds) onProgress?.(Math.min(1, Number(microseconds) / 1e6 / duration));
    }
  };
}
