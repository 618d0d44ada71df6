/**
 * A reading of a byte stream, written as a generator: it yields each buffer that it wants filled, and goes on
 * when that is full. So chunks may be cut anywhere, and every byte is copied once, to where it belongs.
 */
export type Reading<Result> = Generator<Uint8Array, Result, void>;

/** Feeds chunks to a reading. Returns the reading's result once it has one. */
export function feeder<Result>(reading: Reading<Result>): (chunk: Uint8Array) => Result | undefined {
  let step = reading.next();
  let filled = 0;
  return (chunk) => {
    for (let offset = 0; !step.done && offset < chunk.length; ) {
      const wanted = step.value;
      const count = Math.min(wanted.length - filled, chunk.length - offset);
      wanted.set(chunk.subarray(offset, offset + count), filled);
      offset += count;
      filled += count;
      if (filled < wanted.length) break;
      filled = 0;
      step = reading.next();
    }
    return step.done ? step.value : undefined;
  };
}

/** The next `length` bytes, in a buffer of their own. */
export function* take(length: number): Reading<Uint8Array> {
  // Not zeroed, and not from Node's shared pool: the bytes may be transferred to a worker.
  const bytes = new Uint8Array(Buffer.allocUnsafeSlow(length).buffer);
  if (length > 0) yield bytes;
  return bytes;
}

export function* byte(): Reading<number> {
  const [value = 0] = yield* take(1);
  return value;
}

/** A number of variable length: seven bits a byte, the highest first, the last byte below 128. */
export function* unsigned(): Reading<number> {
  for (let value = 0; ; ) {
    const next = yield* byte();
    value = value * 128 + (next & 127);
    if (next < 128) return value;
  }
}

/** The same with a sign: 0, 1, −1, 2, −2, … */
export function* signed(): Reading<number> {
  const coded = yield* unsigned();
  return coded % 2 === 1 ? (coded + 1) / 2 : -coded / 2;
}
