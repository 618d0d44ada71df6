import { stat } from 'node:fs/promises';
import { z } from 'zod';
import { BoothError, isSystemError } from '../errors.js';
import { RunFailure, run } from '../process.js';
import { inputArguments } from './arguments.js';
import { inputError, lastWords, STREAMABLE } from './failure.js';
import { endless, type Input } from './input.js';
import type { SourceInfo } from './source.js';

/** The part of ffprobe's JSON that Booth reads. */
const REPORT = z.object({
  format: z.object({ format_name: z.string().default(''), duration: z.coerce.number().optional() }).default({
    format_name: '',
  }),
  streams: z
    .array(
      z.object({
        codec_type: z.string().optional(),
        width: z.number().optional(),
        height: z.number().optional(),
        duration: z.coerce.number().optional(),
        sample_aspect_ratio: z.string().optional(),
        disposition: z.object({ attached_pic: z.number().default(0) }).optional(),
        // Written by anybody, as everything among the tags.
        tags: z.object({ rotate: z.coerce.number().optional().catch(undefined) }).optional(),
        side_data_list: z.array(z.object({ rotation: z.number().optional() })).optional(),
      }),
    )
    .default([]),
});
type Report = z.output<typeof REPORT>;
type Stream = Report['streams'][number];

/** A peer that has not shown a picture by then is given up; a live stream needs seconds to show one. */
const TIMEOUT_MS = 20_000;

const ENTRIES = [
  'format=format_name,duration',
  'stream=codec_type,width,height,duration,sample_aspect_ratio',
  'stream_disposition=attached_pic',
  'stream_tags=rotate',
  'stream_side_data=rotation',
].join(':');

/** Demuxers that open further files or draw text: no video by themselves. */
const REFUSED_FORMATS = ['concat', 'concatf', 'tty'];

/**
 * Looks at the input with ffprobe. Raises FFMPEG_MISSING, INPUT_NOT_FOUND, INPUT_NO_VIDEO, INPUT_REFUSED or
 * INPUT_UNREADABLE.
 * @param head the first bytes of standard input where that is the input (`peek`)
 */
export async function probe(
  input: Input,
  protocols: readonly string[],
  head?: Uint8Array,
): Promise<SourceInfo> {
  if (input.kind === 'file' || input.kind === 'webcam') await checkFile(input);
  const report = await ask(input, head);
  const format = report.format.format_name;
  if (format === 'hls' && !protocols.includes('hls')) {
    throw new BoothError(
      'INPUT_REFUSED',
      `${input.name} is an HLS playlist, and "hls" is not among the protocols allowed.`,
    );
  }
  if (REFUSED_FORMATS.includes(format)) {
    throw new BoothError(
      'INPUT_REFUSED',
      `${input.name} is refused: ffmpeg takes it for "${format}", which is no video.`,
    );
  }
  return describe(input, report);
}

function describe(input: Input, report: Report): SourceInfo {
  const video = report.streams.find(
    (stream) => stream.codec_type === 'video' && !stream.disposition?.attached_pic,
  );
  if (video === undefined) {
    const found = report.streams.map((stream) => stream.codec_type).join(', ') || 'no stream at all';
    throw new BoothError(
      'INPUT_NO_VIDEO',
      `${input.name} has no video (it has ${found}). Give an input with a picture.`,
    );
  }
  if (!video.width || !video.height) {
    throw inputError(
      'INPUT_UNREADABLE',
      input,
      `${input.name} has a video stream of unknown size; it may be cut off.`,
    );
  }
  const told = [report.format.duration, video.duration].find(isKnown);
  const duration = input.kind === 'lavfi' ? undefined : told;
  const live = endless(input) || (input.kind === 'http' && duration === undefined);
  const turned = Math.abs(rotation(video)) % 180 === 90;
  const shown = { width: Math.max(1, Math.round(video.width * pixelShape(video))), height: video.height };
  return {
    name: input.name,
    live,
    duration: live ? null : (duration ?? null),
    width: turned ? shown.height : shown.width,
    height: turned ? shown.width : shown.height,
    hasAudio: report.streams.some((stream) => stream.codec_type === 'audio'),
  };
}

/** A stream that is written while it is sent has no length yet, which FLV tells as 0. */
function isKnown(duration: number | undefined): duration is number {
  return duration !== undefined && duration > 0;
}

/** Of encoders that round sizes, pixels are a little off square, and meant to be square. */
const NEARLY_SQUARE = 0.05;

/** Width of a pixel over its height: anamorphic broadcasts have 4:3 and the like. */
function pixelShape({ sample_aspect_ratio = '' }: Stream): number {
  const [width = 0, height = 0] = sample_aspect_ratio.split(':').map(Number);
  const shape = width > 0 && height > 0 ? width / height : 1;
  return Math.abs(shape - 1) < NEARLY_SQUARE ? 1 : shape;
}

/** Degrees that a player turns the picture by. */
function rotation(video: Stream): number {
  return (
    video.side_data_list?.find((data) => data.rotation !== undefined)?.rotation ?? video.tags?.rotate ?? 0
  );
}

async function checkFile(input: Input): Promise<void> {
  const path = input.url.replace(/^file:/, '');
  const found = await stat(path).catch((error: unknown) => {
    const why = isSystemError(error, 'EACCES') ? 'may not be read by this user' : 'does not exist';
    throw new BoothError('INPUT_NOT_FOUND', `${path} ${why}. Check the path.`, { cause: error });
  });
  if (found.isDirectory())
    throw new BoothError('INPUT_NOT_FOUND', `${path} is a folder. Name a video file in it.`);
  if (found.isFile() && found.size === 0)
    throw inputError('INPUT_UNREADABLE', input, `${path} is empty (0 bytes).`);
}

async function ask(input: Input, head: Uint8Array = new Uint8Array(0)): Promise<Report> {
  const program = process.env.FFPROBE_PATH ?? 'ffprobe';
  const args = [
    '-v',
    'error',
    '-show_entries',
    ENTRIES,
    '-of',
    'json',
    ...inputArguments(input, endless(input)),
  ];
  try {
    const { stdout } = await run(program, [...args, '-i', input.url], { input: head, timeoutMs: TIMEOUT_MS });
    return REPORT.parse(JSON.parse(stdout.toString()));
  } catch (thrown) {
    if (!(thrown instanceof RunFailure)) throw thrown;
    throw thrown.reason === 'missing' ? ffmpegMissing('ffprobe', thrown) : refusal(input, thrown);
  }
}

function refusal(input: Input, failure: RunFailure): BoothError {
  const said = lastWords(failure.stderr.split('\n'));
  const raise = (code: 'INPUT_REFUSED' | 'INPUT_NOT_FOUND', advice: string) =>
    new BoothError(code, `${input.name} cannot be opened (${said}). ${advice}`);
  if (/not on whitelist/.test(said)) {
    return raise('INPUT_REFUSED', 'It points to a protocol that it may not use.');
  }
  // A server of live streams says so until somebody publishes.
  if (/404 Not Found/.test(said) && !endless(input)) return raise('INPUT_NOT_FOUND', 'Check the address.');
  const why =
    failure.reason === 'timeout' ? `no picture within ${TIMEOUT_MS / 1000} s` : said || failure.message;
  const message = `${input.name} cannot be read as video (${why}). ${adviceFor(input)}`;
  return inputError('INPUT_UNREADABLE', input, message, failure);
}

function adviceFor(input: Input): string {
  if (input.kind === 'stdin') return STREAMABLE;
  if (input.kind === 'webcam') return 'Check that no other program uses it.';
  if (input.kind === 'http' || endless(input)) return 'Check the address, and that something is sent there.';
  return 'Check that it is a video that ffmpeg plays.';
}

export function ffmpegMissing(program: string, cause: unknown): BoothError {
  const advice = 'Install it (Debian: sudo apt-get install ffmpeg; macOS: brew install ffmpeg)';
  const message = `${program} was not found. ${advice}, or set ${program.toUpperCase()}_PATH.`;
  return new BoothError('FFMPEG_MISSING', message, { cause });
}
