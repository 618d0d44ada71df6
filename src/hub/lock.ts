import { link, readFile, rm, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { dirname } from 'node:path';
import { z } from 'zod';
import { BoothError, isSystemError } from '../errors.js';
import { makeFolder } from '../make-folder.js';

const holderSchema = z.object({ pid: z.number().int().positive(), host: z.string() });
type Holder = z.output<typeof holderSchema>;

/**
 * Runs `work` while no other process holds the lock file `path`. A lock whose process has died is taken over.
 * Raises MODEL_BUSY.
 */
export async function withLock<Value>(path: string, work: () => Promise<Value>): Promise<Value> {
  await acquire(path);
  try {
    return await work();
  } finally {
    await rm(path, { force: true });
  }
}

async function acquire(path: string): Promise<void> {
  makeFolder(dirname(path));
  if (await claim(path)) return;
  await breakIfStale(path);
  if (!(await claim(path))) throw busy(path, await holderOf(path));
}

let claims = 0;

/** A link appears with its content or not at all, so nobody reads half a lock. */
async function claim(path: string): Promise<boolean> {
  const mine: Holder = { pid: process.pid, host: hostname() };
  const draft = `${path}.${process.pid}.${++claims}`;
  await writeFile(draft, JSON.stringify(mine));
  try {
    await link(draft, path);
    return true;
  } catch (thrown) {
    if (isSystemError(thrown, 'EEXIST')) return false;
    throw thrown;
  } finally {
    await rm(draft, { force: true });
  }
}

/** Only who holds the breaker may remove another's lock: a new lock is never taken for the dead one. */
async function breakIfStale(path: string): Promise<void> {
  const breaker = `${path}.break`;
  if (!(await claim(breaker))) return;
  try {
    const holder = await holderOf(path);
    if (holder === null || isDead(holder)) await rm(path, { force: true });
  } finally {
    await rm(breaker, { force: true });
  }
}

async function holderOf(path: string): Promise<Holder | null> {
  try {
    return holderSchema.parse(JSON.parse(await readFile(path, 'utf8')));
  } catch {
    return null;
  }
}

/** A process of another machine that shares the folder counts as alive. */
function isDead({ pid, host }: Holder): boolean {
  if (host !== hostname()) return false;
  try {
    process.kill(pid, 0);
    return false;
  } catch (thrown) {
    return isSystemError(thrown, 'ESRCH');
  }
}

function busy(path: string, holder: Holder | null): BoothError {
  const who = holder === null ? 'Another process' : `Process ${holder.pid} on ${holder.host}`;
  return new BoothError(
    'MODEL_BUSY',
    `${who} is working on this model: wait for it to end. If there is no such process, remove ${path}.`,
  );
}
