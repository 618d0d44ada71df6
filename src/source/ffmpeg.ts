import type { ChildProcess } from 'node:child_process';
import { PassThrough, type Readable } from 'node:stream';
import createCommand, { type FfmpegCommand } from 'fluent-ffmpeg';
import { adopt, end } from '../children.js';
import { type Clock, systemClock } from '../media/time.js';
import { playArguments } from './arguments.js';
import { type Ending, KEPT_LINES } from './failure.js';
import { FfmpegSource } from './ffmpeg-source.js';
import { parseInput } from './input.js';
import { peek } from './peek.js';
import { ffmpegMissing, probe } from './probe.js';
import type { Output, Run, SourceOptions } from './run.js';
import type { Picture, Source } from './source.js';

/** A slow stream on standard input is looked at with what came within this time of its first bytes. */
const HEAD_PATIENCE_MS = 2_000;

/**
 * Opens a file, an http(s), rtsp, rtmp, udp or srt URL, `v4l2:/dev/video0`, `lavfi:<generators>`, or `-` for
 * standard input. Raises FFMPEG_MISSING, INPUT_REFUSED, INPUT_NOT_FOUND, INPUT_NO_VIDEO or INPUT_UNREADABLE;
 * the last with policy `restart` where the input is on the network and may come back.
 */
export async function openSource(
  text: string,
  picture: Picture,
  options: SourceOptions,
  { clock = systemClock, stdin = process.stdin }: { clock?: Clock; stdin?: Readable } = {},
): Promise<Source> {
  const input = parseInput(text, options.protocols);
  const peeked = input.kind === 'stdin' ? await peek(stdin, HEAD_PATIENCE_MS) : null;
  const info = await probe(input, options.protocols, peeked?.head);
  const play = (outputs: readonly Output[], from: number) => {
    const told = playArguments(input, info, { realtime: options.realtime ?? false, from });
    return launch(peeked?.whole ?? input.url, told, outputs);
  };
  return new FfmpegSource({ input, info, picture, options, clock, play });
}

const STDOUT_BUFFER_BYTES = 1_048_576;

function launch(input: string | Readable, told: readonly string[], outputs: readonly Output[]): Run {
  // fluent-ffmpeg takes the `close` of its output for an abort, though it also comes just before the exit.
  const stdout = new PassThrough({
    highWaterMark: STDOUT_BUFFER_BYTES,
    autoDestroy: false,
    emitClose: false,
  });
  const command = createCommand()
    .input(input)
    .inputOptions(...told);
  for (const { url, args } of outputs) command.output(url ?? stdout).outputOptions(...args);

  let child: ChildProcess | undefined;
  let stopped = false;
  const stop = () => {
    stopped = true;
    child?.stdout?.unpipe(stdout);
    if (child) end(child);
    if (!stdout.writableEnded) stdout.end();
  };
  const ended = new Promise<Ending>((resolve, reject) => {
    const stderr: string[] = [];
    // fluent-ffmpeg may report the end before the process is gone; a run has ended when it is.
    const settle = () => {
      const { exitCode: code = null, signalCode: signal = null } = child ?? {};
      if (child === undefined || code !== null || signal !== null) return resolve({ code, signal, stderr });
      child.once('exit', settle);
      end(child);
    };
    command.on('start', () => {
      child = childOf(command);
      if (child) adopt(child);
      if (stopped) stop();
    });
    command.on('stderr', (line) => {
      // What it says of its own killing explains nothing.
      if (!stopped) stderr.push(line);
      if (stderr.length > KEPT_LINES) stderr.shift();
    });
    command.on('end', settle);
    command.on('error', (error) => {
      if (child) return settle();
      stop();
      reject(ffmpegMissing('ffmpeg', error));
    });
  });
  ended.catch(() => {});
  command.run();
  return { stdout, ended, stop };
}

/** fluent-ffmpeg keeps its process under a name that its types leave out. */
function childOf(command: FfmpegCommand & { readonly ffmpegProc?: ChildProcess }): ChildProcess | undefined {
  return command.ffmpegProc;
}
