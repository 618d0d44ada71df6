import { BoothError } from '../errors.js';
import type { Frame } from '../media/frame.js';
import type { Preview } from '../media/preview.js';
import type { TickReport } from '../media/tick.js';
import type { Endpoint, Subscriber } from './subscriber.js';

/** A subscriber with more bytes than this unsent misses pictures until it has caught up: about three previews. */
export const MAX_PICTURE_BACKLOG_BYTES = 262_144;

/** Frames shown of one tick, and the width in pixels that they are shrunk to. */
export const MAX_SEEN_FRAMES = 4;
export const MAX_SEEN_WIDTH = 160;
/** Ticks shown a second, at most. */
const SEEN_INTERVAL_MS = 250;

/**
 * Pictures to whoever watches. Nothing queues here: a newcomer gets the newest picture, and a
 * subscriber who is behind misses some, because an old picture is worth nothing.
 */
export class PictureFan implements Endpoint {
  /** Bound: `server.maxSubscribers`, held by `ws.ts`. */
  readonly #subscribers = new Set<Subscriber>();
  #newest: Uint8Array | null = null;

  get watched(): boolean {
    return this.#subscribers.size > 0;
  }

  joined(subscriber: Subscriber): void {
    this.#subscribers.add(subscriber);
    if (this.#newest !== null) subscriber.send(this.#newest, 'binary');
  }

  received(): void {
    throw new BoothError('MESSAGE_INVALID', 'Nothing is to be sent on this path.');
  }

  left(subscriber: Subscriber): void {
    this.#subscribers.delete(subscriber);
  }

  show(picture: Uint8Array): void {
    this.#newest = picture;
    for (const subscriber of [...this.#subscribers]) {
      if (subscriber.bufferedBytes <= MAX_PICTURE_BACKLOG_BYTES) subscriber.send(picture, 'binary');
    }
  }
}

/** `/picture`: a preview as `[float64 capturedAt, big-endian][JPEG]`. */
export function encodePreview({ capturedAt, jpeg }: Preview): Uint8Array {
  const message = new Uint8Array(8 + jpeg.length);
  new DataView(message.buffer).setFloat64(0, capturedAt);
  message.set(jpeg, 8);
  return message;
}

/** Decides which ticks are shown on `/seen`: the first, then one each quarter of a second. */
export function seenPacer(now: () => number): () => boolean {
  let last = Number.NEGATIVE_INFINITY;
  return () => {
    if (now() - last < SEEN_INTERVAL_MS) return false;
    last = now();
    return true;
  };
}

/**
 * `/seen`: the frames of one tick, shrunk, all numbers big-endian:
 * `[uint32 seq][uint16 count][uint16 width][uint16 height][count × (float64 pts)][count × (width × height × 3 RGB)]`.
 * At most MAX_SEEN_FRAMES of them, spread over the clip, the newest always among them; `null` when the tick has none.
 */
export function encodeSeen(tick: TickReport): Uint8Array | null {
  const frames = spread(tick.pictures ?? [], MAX_SEEN_FRAMES);
  const [first] = frames;
  if (first === undefined) return null;
  const width = Math.min(first.width, MAX_SEEN_WIDTH);
  const height = Math.max(1, Math.round((first.height * width) / first.width));
  const pictureBytes = width * height * 3;
  const pixelsAt = 10 + frames.length * 8;
  const message = new Uint8Array(pixelsAt + frames.length * pictureBytes);
  const view = new DataView(message.buffer);
  view.setUint32(0, tick.seq);
  view.setUint16(4, frames.length);
  view.setUint16(6, width);
  view.setUint16(8, height);
  frames.forEach((frame, index) => {
    view.setFloat64(10 + index * 8, frame.pts);
    message.set(shrink(frame, width, height), pixelsAt + index * pictureBytes);
  });
  return message;
}

function spread<Item>(items: readonly Item[], count: number): readonly Item[] {
  if (items.length <= count) return items;
  return Array.from(
    { length: count },
    (_, index) => items[Math.round((index * (items.length - 1)) / (count - 1))] as Item,
  );
}

/** Averages each box of source pixels: `width` × `height` × 3 bytes, neither larger than the frame. */
function shrink(frame: Frame, width: number, height: number): Uint8Array {
  if (width === frame.width && height === frame.height) return frame.pixels;
  const out = new Uint8Array(width * height * 3);
  for (let y = 0; y < height; y += 1) {
    const [top, bottom] = box(y, height, frame.height);
    for (let x = 0; x < width; x += 1) {
      const [left, right] = box(x, width, frame.width);
      out.set(average(frame, left, right, top, bottom), (y * width + x) * 3);
    }
  }
  return out;
}

/** The source pixels from the first to before the second that one of `count` boxes covers; at least one. */
function box(index: number, count: number, size: number): readonly [number, number] {
  const from = Math.floor((index * size) / count);
  return [from, Math.max(from + 1, Math.floor(((index + 1) * size) / count))];
}

function average(frame: Frame, left: number, right: number, top: number, bottom: number): number[] {
  let red = 0;
  let green = 0;
  let blue = 0;
  for (let y = top; y < bottom; y += 1) {
    for (let at = (y * frame.width + left) * 3; at < (y * frame.width + right) * 3; at += 3) {
      red += frame.pixels[at] ?? 0;
      green += frame.pixels[at + 1] ?? 0;
      blue += frame.pixels[at + 2] ?? 0;
    }
  }
  const area = (right - left) * (bottom - top);
  return [red / area, green / area, blue / area];
}
