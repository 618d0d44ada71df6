import { HTTP_RECONNECT, HTTP_STALL_GUARD } from '../http-reading.js';
import type { Input } from './input.js';
import type { Picture, SourceInfo } from './source.js';

/** What ffprobe and ffmpeg are both told before `-i`; `live` as far as it is known. */
export function inputArguments(input: Input, live: boolean): string[] {
  return [
    ...['-protocol_whitelist', input.whitelist.join(',')],
    ...(input.format === null ? [] : ['-f', input.format]),
    ...STALL_GUARDS[input.kind],
    ...(live ? SHORT_SEARCH : []),
  ];
}

/** Or a stream without sound is searched for it for five seconds and more, and a live one begins so much later. */
const SHORT_SEARCH = ['-analyzeduration', '2000000'];

const FIVE_SECONDS_US = '5000000';

/**
 * Without these a silent peer blocks ffmpeg for ever. RTSP's `-timeout` is a connection's; for RTMP the
 * option of that name means "listen", and `-rw_timeout` is meant (ffmpeg-protocols).
 */
const STALL_GUARDS: Readonly<Record<Input['kind'], readonly string[]>> = {
  file: [],
  stdin: [],
  webcam: [],
  lavfi: [],
  udp: [],
  srt: [],
  http: HTTP_STALL_GUARD,
  rtmp: ['-rw_timeout', FIVE_SECONDS_US],
  rtsp: ['-rtsp_transport', 'tcp', '-timeout', FIVE_SECONDS_US],
};

interface Playing {
  /** At the input's own speed. */
  readonly realtime: boolean;
  /** Seconds that are left out at its beginning. */
  readonly from: number;
}

/** What ffmpeg alone is told before `-i`. */
export function playArguments(input: Input, info: SourceInfo, { realtime, from }: Playing): string[] {
  return [
    ...['-nostdin', '-hide_banner', '-nostats', '-loglevel', 'error'],
    ...inputArguments(input, info.live),
    ...(input.kind === 'http' ? HTTP_RECONNECT : []),
    // Frame threads hold back one picture each: with many cores that alone is half a second.
    ...(info.live ? ['-fflags', 'nobuffer', '-threads', '2', ...CLOCK_STEPS] : []),
    ...(realtime && !info.live ? ['-re'] : []),
    ...(from > 0 ? ['-ss', from.toFixed(3)] : []),
  ];
}

/**
 * Seconds by which a live stream's clock may jump: ffmpeg then goes on from where it was, as it does by itself for MPEG-TS. Else its muxer holds
 * all frames of a clock that was set back at the last time, until hours later that has come again.
 */
const CLOCK_STEPS = ['-dts_error_threshold', '10'];

/** Clocks of containers are as coarse as a millisecond (Matroska, FLV): so far may a pts be off its grid. */
const CLOCK_ERROR = 0.001;

/**
 * At most `fps` real frames a second: the first one in each cell of a grid of 1/fps seconds. The `fps` filter
 * would repeat frames and move their pts. Before `scale`, so that only chosen frames are scaled.
 */
function selectFilter(fps: number): string {
  const cell = (t: string) => `floor((${t}+${CLOCK_ERROR})*${fps})`;
  return `select='isnan(prev_selected_t)+gt(${cell('t')},${cell('prev_selected_t')})+lt(t,prev_selected_t)'`;
}

/** Frames for the model: raw RGB in NUT, the container that keeps each frame's exact pts beside its bytes. */
export function frameArguments({ width, height, fps }: Picture): string[] {
  return [
    ...ONE_VIDEO_STREAM,
    ...['-vf', `${selectFilter(fps)},scale=${width}:${height}:flags=area,setsar=1,format=rgb24`],
    ...['-c:v', 'rawvideo', '-f', 'nut', '-write_index', '0'],
  ];
}

/** Stills for people. Never larger than the input; even sizes, which JPEG's chroma wants. */
export function previewArguments(info: SourceInfo, maxWidth: number, fps: number): string[] {
  const width = even(Math.min(maxWidth, info.width));
  const height = even((info.height / info.width) * width);
  return [
    ...ONE_VIDEO_STREAM,
    ...['-vf', `${selectFilter(fps)},scale=${width}:${height}:out_range=full,setsar=1,format=yuvj420p`],
    ...['-c:v', 'mjpeg', '-q:v', '4', '-f', 'mjpeg'],
  ];
}

/** `V` leaves out cover pictures. The encoder keeps the input's own time base, or pts would be rounded to 1/fps. */
const ONE_VIDEO_STREAM = ['-map', '0:V:0', '-fps_mode', 'passthrough', '-enc_time_base', '-1'];

function even(length: number): number {
  return Math.max(2, 2 * Math.floor(length / 2));
}
