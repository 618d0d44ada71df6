import { describe, expect, it } from 'vitest';
import { findOnPath, RunFailure, run } from '../src/process.js';

const node = (script: string, ...rest: Parameters<typeof run>[2][]) =>
  run(process.execPath, ['-e', script], ...rest);

/** A child that prints its pid and then waits for ever. */
const WAITS = 'console.log(process.pid); setInterval(() => {}, 1000)';

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

describe('run', () => {
  it('gives what the program printed and feeds it its input', async () => {
    const { stdout } = await run('cat', [], { input: 'a "quoted" $(line)\n' });
    expect(stdout.toString()).toBe('a "quoted" $(line)\n');
  });

  it('pulls its input only as fast as the program reads', async () => {
    let pulled = 0;
    async function* input() {
      for (; pulled < 200; pulled += 1) yield new Uint8Array(1_048_576);
    }
    await run('head', ['-c', '10'], { input: input() });
    expect(pulled).toBeLessThan(10);
  });

  it('raises what reading the input raises, and kills the program', async () => {
    let pid = 0;
    const onOutput = (chunk: Buffer) => {
      pid = Number(chunk.toString());
      start();
    };
    let start = () => {};
    const started = new Promise<void>((resolve) => {
      start = resolve;
    });
    async function* input(): AsyncGenerator<Uint8Array> {
      yield new Uint8Array(1);
      await started;
      throw new Error('no more text');
    }
    await expect(node(WAITS, { input: input(), onOutput })).rejects.toThrow('no more text');
    expect(isAlive(pid)).toBe(false);
  });

  it('says how the program ended and its last line', async () => {
    const failure = await node('console.error("first\\nlast"); process.exit(3)').catch(
      (error: unknown) => error,
    );
    expect(failure).toBeInstanceOf(RunFailure);
    expect(failure).toMatchObject({ reason: 'exit', message: expect.stringMatching(/ended with 3: last$/) });
  });

  it('says that a program is missing', async () => {
    await expect(run('no-such-program', [])).rejects.toMatchObject({ reason: 'missing' });
  });

  it('kills a program that takes too long', async () => {
    await expect(node(WAITS, { timeoutMs: 50 })).rejects.toMatchObject({ reason: 'timeout' });
  });

  it('kills a program that prints too much', async () => {
    await expect(run('yes', [], { maxOutputBytes: 10_000 })).rejects.toMatchObject({ reason: 'overflow' });
  });

  it('kills the program on abort, and starts none after it', async () => {
    const abort = new AbortController();
    let pid = 0;
    const running = node(WAITS, {
      signal: abort.signal,
      onOutput: (chunk) => {
        pid = Number(chunk.toString());
        abort.abort(new Error('enough'));
      },
    });
    await expect(running).rejects.toThrow('enough');
    expect(isAlive(pid)).toBe(false);
    await expect(run('true', [], { signal: abort.signal })).rejects.toThrow('enough');
  });
});

describe('findOnPath', () => {
  it('finds a program, and tells when there is none', async () => {
    expect(await findOnPath('sh')).toMatch(/\/sh$/);
    expect(await findOnPath('no-such-program')).toBeNull();
    expect(await findOnPath('sh', '')).toBeNull();
  });
});
