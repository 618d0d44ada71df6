import { pcmSamples } from '../../src/media/wav.js';
import { run } from '../../src/process.js';

const RATE = 48_000;

/** Makes a video of `seconds` with ffmpeg's generators. */
export async function makeVideo(
  path: string,
  seconds: number,
  options: { size?: string; video?: readonly string[]; sound?: readonly string[] } = {},
): Promise<void> {
  const { size = '160x90', video = ['-c:v', 'libx264', '-preset', 'ultrafast', '-pix_fmt', 'yuv420p'] } =
    options;
  const tone = ['-f', 'lavfi', '-i', `sine=frequency=1000:sample_rate=${RATE}:duration=${seconds}`];
  const sound = options.sound ?? [...tone, '-c:a', 'aac'];
  const picture = ['-f', 'lavfi', '-i', `testsrc2=size=${size}:rate=10:duration=${seconds}`];
  await run('ffmpeg', ['-v', 'error', '-y', ...picture, ...sound, ...video, `file:${path}`]);
}

export interface StreamReport {
  readonly codec_type: string;
  readonly codec_name: string;
  readonly width?: number;
  readonly tags?: Readonly<Record<string, string>>;
  readonly disposition: Readonly<Record<string, number>>;
}

export async function probe(path: string): Promise<{ streams: StreamReport[]; duration: number }> {
  const { stdout } = await run('ffprobe', [
    '-v',
    'error',
    '-show_streams',
    '-show_format',
    '-of',
    'json',
    `file:${path}`,
  ]);
  const report = JSON.parse(stdout.toString()) as { streams: StreamReport[]; format: { duration: string } };
  return { streams: report.streams, duration: Number(report.format.duration) };
}

/** A hash of the coded pictures: equal when a stream was copied. */
export async function pictureHash(path: string): Promise<string> {
  const { stdout } = await run('ffmpeg', [
    '-v',
    'error',
    '-i',
    `file:${path}`,
    '-map',
    '0:V:0',
    '-f',
    'md5',
    'pipe:1',
  ]);
  return stdout.toString();
}

export async function subtitles(path: string): Promise<string> {
  const { stdout } = await run('ffmpeg', [
    '-v',
    'error',
    '-i',
    `file:${path}`,
    '-map',
    '0:s:0',
    '-f',
    'srt',
    'pipe:1',
  ]);
  return stdout.toString();
}

export async function sound(path: string): Promise<Int16Array> {
  const raw = ['-ac', '1', '-ar', String(RATE), '-f', 's16le', 'pipe:1'];
  const { stdout } = await run('ffmpeg', ['-v', 'error', '-i', `file:${path}`, '-map', '0:a:0', ...raw]);
  return pcmSamples(stdout);
}

/** Level in dB of one frequency between two times (Goertzel): of the programme's tone, whatever else is heard. */
export function levelAt(samples: Int16Array, hertz: number, from: number, to: number): number {
  const part = samples.subarray(Math.round(from * RATE), Math.round(to * RATE));
  const angle = (2 * Math.PI * hertz) / RATE;
  let [real, imaginary] = [0, 0];
  part.forEach((sample, index) => {
    const window = 1 - Math.cos((2 * Math.PI * index) / part.length);
    real += window * sample * Math.cos(angle * index);
    imaginary += window * sample * Math.sin(angle * index);
  });
  return 20 * Math.log10((2 * Math.hypot(real, imaginary)) / part.length / 32_768 + 1e-9);
}

/** Level in dB of everything between two times. */
export function loudness(samples: Int16Array, from: number, to: number): number {
  const part = samples.subarray(Math.round(from * RATE), Math.round(to * RATE));
  const power = part.reduce((sum, sample) => sum + (sample / 32_768) ** 2, 0) / part.length;
  return 10 * Math.log10(power + 1e-12);
}
