import type { Tensor, Tensors } from './tensor.js';

/** Whether the inputs of two runs could be those of one: equal but for their length along `axis`, before which nothing is longer than one. */
export function joinable(one: Tensors, other: Tensors, axis: number): boolean {
  const names = Object.keys(one);
  return (
    names.length === Object.keys(other).length &&
    names.every((name) => fitsBehind(one[name], other[name], axis))
  );
}

function fitsBehind(one: Tensor | undefined, other: Tensor | undefined, axis: number): boolean {
  return (
    one !== undefined &&
    one.type === other?.type &&
    one.dims.length === other.dims.length &&
    one.dims.every((dim, at) => at === axis || (dim === other.dims[at] && (at > axis || dim === 1)))
  );
}

/** The inputs of several runs as those of one, each after the one before along `axis`. Raises a TypeError for runs that are not `joinable`. */
export function joined(runs: readonly Tensors[], axis: number): Tensors {
  const [first = {}] = runs;
  if (!runs.every((run) => joinable(first, run, axis)))
    throw new TypeError('these runs differ in more than their length and cannot be joined');
  return Object.fromEntries(
    Object.keys(first).map((name) => [
      name,
      end(
        runs.flatMap((run) => run[name] ?? []),
        axis,
      ),
    ]),
  );
}

function end(parts: readonly Tensor[], axis: number): Tensor {
  const [first] = parts;
  if (first === undefined) throw new TypeError('there is nothing to join');
  const length = parts.reduce((sum, { dims }) => sum + (dims[axis] ?? 0), 0);
  const bytes = new Uint8Array(parts.reduce((sum, { data }) => sum + data.byteLength, 0));
  let at = 0;
  for (const { data } of parts) {
    bytes.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), at);
    at += data.byteLength;
  }
  return withValues(first, first.dims.with(axis, length), bytes);
}

/**
 * The outputs of a run as those of its parts, each of which has so large a share of the first axis. Copies, so that none holds the memory of all.
 * Raises a TypeError for an output that does not divide so.
 */
export function shared(outputs: Tensors, shares: readonly number[]): Tensors[] {
  const whole = shares.reduce((sum, share) => sum + share, 0);
  let before = 0;
  return shares.map((share) => {
    const [from, to] = [before / whole, (before + share) / whole];
    before += share;
    const parts = Object.entries(outputs).map(([name, tensor]) => [name, between(name, tensor, from, to)]);
    return Object.fromEntries(parts);
  });
}

/** The rows of the first axis between two fractions of their number. */
function between(name: string, tensor: Tensor, from: number, to: number): Tensor {
  const { dims, data } = tensor;
  const [all = 0] = dims;
  const [first, last] = [Math.round(from * all), Math.round(to * all)];
  // Fractions are rounded, so whole numbers come out a little off.
  if (Math.abs(from * all - first) > 1e-6 || Math.abs(to * all - last) > 1e-6)
    throw new TypeError(`the output ${name} [${dims.join(', ')}] does not divide among the parts of its run`);
  const rowBytes = data.byteLength / all;
  const bytes = new Uint8Array(data.buffer, data.byteOffset + first * rowBytes, (last - first) * rowBytes);
  return withValues(tensor, dims.with(0, last - first), bytes.slice());
}

/** A tensor of the type of `like`, whose values are `bytes`, which fill their buffer. */
function withValues({ type }: Tensor, dims: readonly number[], { buffer }: Uint8Array<ArrayBuffer>): Tensor {
  switch (type) {
    case 'float32':
      return { type, dims, data: new Float32Array(buffer) };
    case 'float16':
      return { type, dims, data: new Uint16Array(buffer) };
    case 'int64':
      return { type, dims, data: new BigInt64Array(buffer) };
    case 'int32':
      return { type, dims, data: new Int32Array(buffer) };
    case 'bool':
      return { type, dims, data: new Uint8Array(buffer) };
  }
}
