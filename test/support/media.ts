import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const exec = promisify(execFile);

/** A folder of generated videos; `dispose` removes it. */
export interface MediaFolder {
  path(name: string): string;
  /** Runs ffmpeg with these arguments and gives the path of `name`, which it writes. */
  make(name: string, ...args: readonly string[]): Promise<string>;
  /** A moving test picture of `size` (`64x48`), `seconds` long. */
  testVideo(name: string, size: string, seconds: number, ...args: readonly string[]): Promise<string>;
  dispose(): Promise<void>;
}

export async function mediaFolder(): Promise<MediaFolder> {
  const folder = await mkdtemp(join(tmpdir(), 'booth-media-'));
  const path = (name: string) => join(folder, name);
  const make = async (name: string, ...args: readonly string[]) => {
    await exec('ffmpeg', ['-v', 'error', '-nostdin', '-y', ...args, path(name)]);
    return path(name);
  };
  return {
    path,
    make,
    testVideo: (name, size, seconds, ...args) =>
      make(name, '-f', 'lavfi', '-i', `testsrc2=size=${size}:rate=25:duration=${seconds}`, ...args),
    dispose: () => rm(folder, { recursive: true, force: true }),
  };
}

/** The pts of each picture, in presentation order, as ffprobe reads them: seconds from the file's start. */
export async function pictureTimes(path: string): Promise<number[]> {
  const entries = [
    '-select_streams',
    'V:0',
    '-show_entries',
    'frame=pts_time:format=start_time',
    '-of',
    'json',
  ];
  const { stdout } = await exec('ffprobe', ['-v', 'error', ...entries, path], { maxBuffer: 1 << 26 });
  const report = JSON.parse(stdout) as { frames: { pts_time: string }[]; format: { start_time: string } };
  const start = Number(report.format.start_time);
  return report.frames.map((frame) => Number(frame.pts_time) - start);
}

/** Ids of the running processes that this one started, directly or not, whose name holds `name`. */
export async function descendants(name: string): Promise<number[]> {
  const { stdout } = await exec('ps', ['-eo', 'pid=,ppid=,comm=']);
  const rows = stdout.split('\n').flatMap((line) => {
    const [, pid, parent, command] = /^\s*(\d+)\s+(\d+)\s+(.*)$/.exec(line) ?? [];
    return pid && parent && command ? [{ pid: +pid, parent: +parent, command }] : [];
  });
  const family = new Set([process.pid]);
  for (let size = 0; size !== family.size; ) {
    size = family.size;
    for (const { pid, parent } of rows) if (family.has(parent)) family.add(pid);
  }
  return rows.filter(({ pid, command }) => family.has(pid) && command.includes(name)).map(({ pid }) => pid);
}

/** Everything that an async iterable gives (`Array.fromAsync` is not in Node 20). */
export async function collect<Value>(values: AsyncIterable<Value>): Promise<Value[]> {
  const collected: Value[] = [];
  for await (const value of values) collected.push(value);
  return collected;
}
