import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readFile, writeFile } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import ts from 'typescript';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { end } from '../src/children.js';
import { type MediaFolder, mediaFolder } from './support/media.js';

let folder: MediaFolder;
beforeAll(async () => {
  folder = await mediaFolder();
  const source = await readFile(new URL('../src/children.ts', import.meta.url), 'utf8');
  const compilerOptions = { module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ES2022 };
  await writeFile(folder.path('children.mjs'), ts.transpileModule(source, { compilerOptions }).outputText);
  const program = `
    import { spawn } from 'node:child_process';
    import { adopt } from './children.mjs';
    const inGroup = process.argv[2] === 'group';
    const child = inGroup
      ? spawn('sh', ['-c', 'sleep 1000 & echo $!; wait'], { detached: true, stdio: ['ignore', 'inherit', 'ignore'] })
      : spawn('sleep', ['1000']);
    adopt(child, inGroup ? () => process.kill(-child.pid, 'SIGKILL') : undefined);
    if (process.argv[2] === 'own') process.on('SIGTERM', () => process.exit(7));
    if (!inGroup) console.log(child.pid);
    if (process.argv[2] === 'throw') setImmediate(() => { throw new Error('on purpose'); });
  `;
  await writeFile(folder.path('parent.mjs'), program);
});
afterAll(() => folder.dispose());

/** A Node process with one adopted child that would sleep for long. */
async function family(
  mode = '',
): Promise<{ parent: ChildProcess; childPid: number; exit: Promise<unknown[]> }> {
  const parent = spawn(process.execPath, [folder.path('parent.mjs'), mode], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const exit = once(parent, 'exit');
  const [line] = await once(createInterface({ input: parent.stdout }), 'line');
  return { parent, childPid: Number(line), exit };
}

/** A process that ended but was not yet collected by the system's first process is gone too. */
const isGone = (pid: number) => {
  const { stdout } = spawnSync('ps', ['-o', 'stat=', '-p', String(pid)], { encoding: 'utf8' });
  return stdout.trim() === '' || stdout.startsWith('Z');
};

describe('an adopted child', () => {
  it.each(['SIGTERM', 'SIGINT', 'SIGHUP'] as const)('does not outlive %s of its parent', async (signal) => {
    const { parent, childPid, exit } = await family();
    parent.kill(signal);
    expect(await exit).toEqual([null, signal]);
    await expect.poll(() => isGone(childPid)).toBe(true);
  });

  it('is killed as it asks to be: with its own children, which are a group', async () => {
    const { parent, childPid, exit } = await family('group');
    parent.kill('SIGHUP');
    await exit;
    await expect.poll(() => isGone(childPid)).toBe(true);
  });

  it('does not outlive a parent that handles the signal itself, or that throws', async () => {
    const own = await family('own');
    own.parent.kill('SIGTERM');
    expect(await own.exit).toEqual([7, null]);
    await expect.poll(() => isGone(own.childPid)).toBe(true);

    const thrown = await family('throw');
    expect(await thrown.exit).toEqual([1, null]);
    await expect.poll(() => isGone(thrown.childPid)).toBe(true);
  });
});

describe('end', () => {
  it('kills what heeds no SIGTERM', async () => {
    const child = spawn(process.execPath, [
      '-e',
      "process.on('SIGTERM', () => {}); console.log(1); setInterval(() => {}, 9e5)",
    ]);
    await once(child.stdout, 'data');
    const exit = once(child, 'exit');
    end(child);
    expect(await exit).toEqual([null, 'SIGKILL']);
    end(child);
  });
});
