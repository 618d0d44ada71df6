import type { StreamingManifest } from '../manifest.js';
import type { StreamingModel } from '../model.js';
import type { PromptPart, VisionBlock } from '../prompt.js';
import type { Context } from '../reading.js';

/** One look that stays in the context: what was seen, and the line that was said to it (no ids: silence). */
export interface Tick {
  readonly seen: VisionBlock;
  readonly ids: readonly number[];
  readonly text: string;
}

/** A stretch of a stream as the decoder reads it: a prefix, then one block per tick. A value. */
export interface Window {
  /** The text of its prefix. */
  readonly prefix: string;
  readonly context: Context;
  /** What belongs to the window and is read together with what comes next, which saves a run. */
  readonly unread: readonly PromptPart[];
  /** At most `window.maxTicks`, oldest first. */
  readonly ticks: readonly Tick[];
}

/** A window that has nothing but its prefix, which is not read yet. */
export function freshWindow(model: StreamingModel, prefix: string): Window {
  return { prefix, context: model.empty, unread: [{ ids: model.tokenizer.encode(prefix) }], ticks: [] };
}

/** The window with more ticks at its end, not read yet. */
export function withTicks(model: StreamingModel, window: Window, ticks: readonly Tick[]): Window {
  const parts = ticks.flatMap(({ seen, ids }) => [...visionParts(model, seen), { ids }]);
  return { ...window, unread: [...window.unread, ...parts], ticks: [...window.ticks, ...ticks] };
}

/** The window with all of it read. */
export async function readOut(model: StreamingModel, window: Window): Promise<Window> {
  const { context } = await model.extend(window.context, window.unread);
  return { ...window, context, unread: [] };
}

/** A clip's features between the tokens that mark them. */
export function visionParts({ folder }: StreamingModel, vision: VisionBlock): PromptPart[] {
  const { visionStart, visionEnd } = folder.manifest.tokens;
  return [{ ids: [visionStart] }, { vision }, { ids: [visionEnd] }];
}

/**
 * The ticks of a window of `length` ticks that its successor should read now, as the first and the one after the last: when the window
 * is full, the successor holds the newest `keepTicks` of it, and until then reads about as many at each tick.
 */
export function dueTicks(
  { maxTicks, keepTicks }: StreamingManifest['window'],
  length: number,
  alreadyRead: number,
): readonly [number, number] {
  const from = maxTicks - keepTicks + alreadyRead;
  const looksLeft = maxTicks - length + 1;
  const share = Math.ceil((keepTicks - alreadyRead) / looksLeft);
  return [from, Math.min(from + share, length)];
}
