import { extname, resolve } from 'node:path';
import type { NarrationConfig } from '../config.js';
import { BoothError, messageOf } from '../errors.js';
import { HTTP_RECONNECT, HTTP_STALL_GUARD, HTTP_WHITELIST } from '../http-reading.js';
import { RunFailure, run } from '../process.js';

export function ffmpegPath(): string {
  return process.env.FFMPEG_PATH ?? 'ffmpeg';
}

/** What players of MP4 can show as it is; the rest is encoded anew. */
const MP4_VIDEO = ['h264', 'hevc', 'av1', 'vp9', 'mpeg4'];
/** Decibels (full scale) that the compressor sees while espeak-ng speaks: measured, between its RMS and its peaks. */
const SPEECH_LEVEL_DB = -15.3;
const RATIO = 12;

export interface Mux {
  readonly input: string;
  readonly hasAudio: boolean;
  /** Seconds of the programme; nothing goes on for longer. */
  readonly duration: number;
  readonly videoCodec: string;
  readonly sampleRateHz: number;
  readonly captions: string;
  readonly lang: string;
  readonly out: string;
  readonly config: NarrationConfig;
}

/** The narration is read as raw sound from standard input; progress is written to standard output. */
export function muxArguments(mux: Mux): readonly string[] {
  const language = iso639(mux.lang);
  return [
    ...['-hide_banner', '-nostdin', '-loglevel', 'error', '-nostats', '-progress', 'pipe:1', '-y'],
    ...[
      '-fflags',
      '+genpts',
      ...(isHttp(schemeOf(mux.input)) ? HTTP_RECONNECT : []),
      ...inputArguments(mux.input),
    ],
    ...['-f', 's16le', '-ar', String(mux.sampleRateHz), '-ac', '1', '-i', 'pipe:0'],
    ...['-f', captionsFormat(mux.captions), '-i', fileUrl(mux.captions)],
    ...['-filter_complex', mixFilter(mux)],
    ...['-map', '0:V:0', '-map', '[mix]', '-map', '2:s:0'],
    ...videoArguments(mux.videoCodec),
    ...['-c:a', 'aac', '-b:a', '160k', '-c:s', 'mov_text', '-max_muxing_queue_size', '4096'],
    ...['-metadata:s:a:0', `language=${language}`, '-metadata:s:a:0', 'handler_name=Commentary'],
    ...['-metadata:s:s:0', `language=${language}`, '-metadata:s:s:0', 'handler_name=Commentary'],
    ...[
      '-t',
      String(mux.duration),
      '-disposition:s:0',
      'default',
      '-movflags',
      '+faststart',
      '-f',
      'mp4',
      fileUrl(mux.out),
    ],
  ];
}

/** `file:` and an absolute path, so that no name reads as an option or a protocol. */
function fileUrl(path: string): string {
  return `file:${resolve(path)}`;
}

/** Files and http(s) can be read a second time; live inputs cannot. Raises NARRATION_FAILED for those. */
export function inputArguments(input: string): readonly string[] {
  const scheme = schemeOf(input);
  if (isHttp(scheme))
    return ['-protocol_whitelist', HTTP_WHITELIST.join(','), ...HTTP_STALL_GUARD, '-i', input];
  if (input === '-' || (scheme !== undefined && scheme !== 'file')) {
    throw new BoothError(
      'NARRATION_FAILED',
      `A narrated video needs an input that can be read twice, not ${JSON.stringify(input)}; save it as a file first.`,
    );
  }
  const path = input.replace(/^file:(\/\/(?=\/))?/i, '');
  return ['-protocol_whitelist', 'file,crypto', '-i', fileUrl(path)];
}

function schemeOf(input: string): string | undefined {
  return /^([a-z][a-z0-9+.-]*):/i.exec(input)?.[1]?.toLowerCase();
}

function isHttp(scheme: string | undefined): boolean {
  return scheme === 'http' || scheme === 'https';
}

/** Codec name of the input's first moving picture, as ffprobe calls it. Raises a `RunFailure`. */
export async function videoCodec(input: string, signal?: AbortSignal): Promise<string> {
  const { stdout } = await run(
    process.env.FFPROBE_PATH ?? 'ffprobe',
    [
      ...['-v', 'error', '-select_streams', 'V:0', '-show_entries', 'stream=codec_name'],
      ...['-of', 'default=noprint_wrappers=1:nokey=1', ...inputArguments(input)],
    ],
    { timeoutMs: 30_000, ...(signal ? { signal } : {}) },
  );
  return stdout.toString().trim().split('\n')[0] ?? '';
}

/** Turns what `run` and the file system raise into a `BoothError`; passes everything else on. */
export function narrationError(thrown: unknown): unknown {
  const isOfTheSystem = thrown instanceof Error && 'syscall' in thrown;
  if (!(thrown instanceof RunFailure || isOfTheSystem)) return thrown;
  if (thrown instanceof RunFailure && thrown.reason === 'missing') {
    return new BoothError('FFMPEG_MISSING', 'ffmpeg is not installed; run: apt-get install -y ffmpeg.', {
      cause: thrown,
    });
  }
  const message = `The narrated video could not be made: ${messageOf(thrown)}. The captions are complete.`;
  return new BoothError('NARRATION_FAILED', message, { cause: thrown });
}

function videoArguments(codec: string): readonly string[] {
  if (MP4_VIDEO.includes(codec)) return ['-c:v', 'copy', ...(codec === 'hevc' ? ['-tag:v', 'hvc1'] : [])];
  const evenSize = 'pad=ceil(iw/2)*2:ceil(ih/2)*2';
  return ['-c:v', 'libx264', '-preset', 'veryfast', '-crf', '20', '-pix_fmt', 'yuv420p', '-vf', evenSize];
}

/** The voice lasts as long as the programme, so it gives the mix its length; the bed is padded under it. */
function mixFilter({ hasAudio, config }: Mux): string {
  const voice = `[1:a:0]aresample=48000,volume=${config.voiceGainDb}dB,pan=stereo|c0=c0|c1=c0`;
  const limiter = 'alimiter=limit=0.95:level=disabled[mix]';
  if (!hasAudio) return `${voice},${limiter}`;
  const bed =
    '[0:a:0]aresample=48000:async=1:first_pts=0,aformat=sample_fmts=fltp:channel_layouts=stereo,apad';
  const mix = `amix=inputs=2:duration=first:dropout_transition=0:normalize=0,${limiter}`;
  const duck = duckFilter(config.duckDb);
  if (duck === null) return `${voice}[voice];${bed}[bed];[voice][bed]${mix}`;
  return `${voice},asplit=2[voice][key];${bed}[bed];[bed][key]${duck}[ducked];[voice][ducked]${mix}`;
}

/**
 * A compressor on the programme, driven by the voice. Its threshold is laid so far under the voice that the
 * programme drops by `duckDb`: (level − threshold) · (1 − 1/ratio).
 */
function duckFilter(duckDb: number): string | null {
  if (duckDb === 0) return null;
  const thresholdDb = SPEECH_LEVEL_DB + duckDb / (1 - 1 / RATIO);
  const threshold = Math.max(0.001, 10 ** (thresholdDb / 20)).toFixed(5);
  return `sidechaincompress=threshold=${threshold}:ratio=${RATIO}:attack=15:release=350`;
}

function captionsFormat(path: string): string {
  const format = { '.vtt': 'webvtt', '.srt': 'srt' }[extname(path).toLowerCase()];
  if (format === undefined) throw new TypeError(`captions must be a .vtt or .srt file, not ${path}`);
  return format;
}

/** MP4 wants the three letters of ISO 639-2. */
const ISO_639: Readonly<Record<string, string>> = {
  ...{ en: 'eng', zh: 'zho', yue: 'yue', es: 'spa', fr: 'fra', de: 'deu', it: 'ita', pt: 'por', nl: 'nld' },
  ...{ ja: 'jpn', ko: 'kor', ar: 'ara', hi: 'hin', ru: 'rus', tr: 'tur', pl: 'pol', sv: 'swe', uk: 'ukr' },
  ...{ id: 'ind', vi: 'vie', th: 'tha', el: 'ell', cs: 'ces', da: 'dan', fi: 'fin', no: 'nor', he: 'heb' },
};

function iso639(lang: string): string {
  const primary = lang.toLowerCase().split('-')[0] ?? '';
  return ISO_639[primary] ?? (/^[a-z]{3}$/.test(primary) ? primary : 'und');
}
