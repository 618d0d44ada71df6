import { type ChildProcess, spawn } from 'node:child_process';
import { constants } from 'node:fs';
import { access } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { adopt } from './children.js';

export interface RunOptions {
  /** Written to the child's standard input, which is then closed. An iterable is pulled as the child reads. */
  readonly input?: string | Uint8Array | AsyncIterable<Uint8Array>;
  readonly env?: NodeJS.ProcessEnv;
  /** The child is killed when it runs longer; none by default. */
  readonly timeoutMs?: number;
  /** Aborting kills the child and rejects with the signal's reason. */
  readonly signal?: AbortSignal;
  /** The child is killed when it prints more; default 64 MiB. */
  readonly maxOutputBytes?: number;
  /** Gets standard output instead of the result. */
  readonly onOutput?: (chunk: Buffer) => void;
}

export interface RunResult {
  readonly stdout: Buffer;
  /** The last 4,000 characters. */
  readonly stderr: string;
}

export type RunFailureReason = 'missing' | 'exit' | 'timeout' | 'overflow';

/** A child process that did not end well. `message` ends with its last line of standard error. */
export class RunFailure extends Error {
  constructor(
    readonly reason: RunFailureReason,
    message: string,
    readonly stderr: string,
  ) {
    super(message);
    this.name = 'RunFailure';
  }
}

const MAX_OUTPUT_BYTES = 64 * 1024 * 1024;
const STDERR_CHARACTERS = 4_000;

/**
 * Runs a program without a shell and collects what it prints. Raises `RunFailure`, the signal's reason,
 * or whatever reading `input` raises; in each case the child is dead before the promise settles.
 */
export async function run(
  command: string,
  args: readonly string[],
  options: RunOptions = {},
): Promise<RunResult> {
  options.signal?.throwIfAborted();
  const child = spawn(command, args, { stdio: 'pipe', ...(options.env ? { env: options.env } : {}) });
  adopt(child);

  let failure: unknown;
  const stop = (reason: unknown) => {
    failure ??= reason;
    child.kill('SIGKILL');
  };
  const fail = (reason: RunFailureReason, what: string) =>
    stop(new RunFailure(reason, `${command} ${what}`, stderr));

  let stderr = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr = (stderr + text).slice(-STDERR_CHARACTERS);
  });
  const chunks: Buffer[] = [];
  let outputBytes = 0;
  child.stdout.on('data', (chunk: Buffer) => {
    if (options.onOutput) return options.onOutput(chunk);
    outputBytes += chunk.length;
    if (outputBytes > (options.maxOutputBytes ?? MAX_OUTPUT_BYTES)) fail('overflow', 'printed too much');
    else chunks.push(chunk);
  });

  const onAbort = () => stop(options.signal?.reason);
  options.signal?.addEventListener('abort', onAbort, { once: true });
  const timer =
    options.timeoutMs === undefined
      ? undefined
      : setTimeout(() => fail('timeout', `gave no result in ${options.timeoutMs} ms`), options.timeoutMs);

  const fed = feed(child, options.input ?? '').catch((thrown: unknown) => {
    if (!isClosedPipe(thrown)) stop(thrown);
  });
  const { code, killedBy } = await ended(child);
  clearTimeout(timer);
  options.signal?.removeEventListener('abort', onAbort);
  await fed;

  if (failure !== undefined) throw failure;
  if (code === 'ENOENT') throw new RunFailure('missing', `${command} is not installed`, '');
  if (code !== 0) {
    const how = killedBy ? `was killed by ${killedBy}` : `ended with ${code}`;
    throw new RunFailure('exit', [`${command} ${how}`, lastLine(stderr)].filter(Boolean).join(': '), stderr);
  }
  return { stdout: Buffer.concat(chunks), stderr };
}

/** The absolute path of a program, or `null` when no folder of `PATH` has it. */
export async function findOnPath(command: string, path = process.env.PATH ?? ''): Promise<string | null> {
  for (const folder of path.split(delimiter).filter(Boolean)) {
    const file = join(folder, command);
    const executable = await access(file, constants.X_OK).then(
      () => true,
      () => false,
    );
    if (executable) return file;
  }
  return null;
}

export function lastLine(text: string): string {
  return (
    text
      .trim()
      .split(/\s*[\r\n]+\s*/)
      .at(-1) ?? ''
  );
}

async function feed(child: ChildProcess, input: NonNullable<RunOptions['input']>): Promise<void> {
  if (!child.stdin) return;
  const source = typeof input === 'string' || input instanceof Uint8Array ? [Buffer.from(input)] : input;
  await pipeline(Readable.from(source), child.stdin);
}

/** A child may stop reading before the end; its exit status tells whether that was a failure. */
function isClosedPipe(thrown: unknown): boolean {
  const code = (thrown as NodeJS.ErrnoException | null)?.code;
  return code === 'EPIPE' || code === 'ECONNRESET' || code === 'ERR_STREAM_PREMATURE_CLOSE';
}

function ended(child: ChildProcess): Promise<{ code: number | string | null; killedBy: string | null }> {
  return new Promise((resolve) => {
    child.once('error', (error: NodeJS.ErrnoException) => {
      child.stdin?.destroy();
      resolve({ code: error.code ?? error.message, killedBy: null });
    });
    child.once('close', (code, killedBy) => {
      child.stdin?.destroy();
      resolve({ code, killedBy });
    });
  });
}
