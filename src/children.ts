import type { ChildProcess } from 'node:child_process';

/** A process that was asked to end gets so long before it is made to. */
const GRACE_MS = 1_000;

/** Each with what kills it. */
const running = new Map<ChildProcess, () => void>();

/**
 * Keeps a child from outliving this process: it is killed when Node exits, and on the signals that would end
 * Node without a word (`exit` is not emitted then). A program that handles those signals itself is left to.
 * @param kill for a child that has children of its own
 */
export function adopt(child: ChildProcess, kill: () => void = () => child.kill('SIGKILL')): void {
  if (running.size === 0) watch();
  running.set(child, kill);
  const forget = () => {
    if (running.delete(child) && running.size === 0) unwatch();
  };
  child.once('exit', forget);
  // A program that could not be started has no exit.
  child.once('error', forget);
}

/** SIGTERM, then SIGKILL. Its output is closed at once, for a process that waits to write heeds no SIGTERM. */
export function end(child: ChildProcess): void {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.stdout?.destroy();
  child.kill('SIGTERM');
  const killer = setTimeout(() => child.kill('SIGKILL'), GRACE_MS);
  child.once('exit', () => clearTimeout(killer));
}

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

function watch(): void {
  process.once('exit', killAll);
  for (const signal of SIGNALS) process.on(signal, passOn);
}

function unwatch(): void {
  process.off('exit', killAll);
  for (const signal of SIGNALS) process.off(signal, passOn);
}

function killAll(): void {
  for (const kill of running.values()) kill();
}

function passOn(signal: NodeJS.Signals): void {
  if (process.listenerCount(signal) > 1) return;
  killAll();
  unwatch();
  process.kill(process.pid, signal);
}
