// What this machine can do at best: bytes a second read from memory by all cores, and floating-point operations a second in a matrix product.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { openRuntime } from '../dist/onnx/choose-runtime.js';

/** Of each core: far more than the caches hold. */
const READ_BYTES = 256 * 2 ** 20;
const SIDE = 2048;
const ROUNDS = 8;

export async function measureLimits() {
  return { bytesPerSecond: await bandwidth(), flopPerSecond: await matrixPeak() };
}

/** Comparing two equal buffers reads each byte of both, and writes none: what decoding does with weights. */
const READER = `
const { parentPort, workerData } = require('node:worker_threads');
const [one, other] = [1, 1].map((value) => Buffer.alloc(workerData / 2, value));
parentPort.on('message', () => parentPort.postMessage(one.equals(other)));
`;

async function bandwidth() {
  const readers = Array.from(
    { length: availableParallelism() },
    () => new Worker(READER, { eval: true, workerData: READ_BYTES }),
  );
  const read = (reader) =>
    new Promise((resolve, reject) => {
      reader.once('message', resolve).once('error', reject);
      reader.postMessage('read');
    });
  try {
    let best = Number.POSITIVE_INFINITY;
    for (let round = 0; round < ROUNDS; round += 1) {
      const startedAt = performance.now();
      await Promise.all(readers.map(read));
      best = Math.min(best, performance.now() - startedAt);
    }
    return (readers.length * READ_BYTES) / (best / 1_000);
  } finally {
    await Promise.all(readers.map((reader) => reader.terminate()));
  }
}

async function matrixPeak() {
  const folder = await mkdtemp(join(tmpdir(), 'booth-peak-'));
  try {
    const path = join(folder, 'matmul.onnx');
    await writeFile(path, matrixProduct(SIDE));
    const runtime = await openRuntime('fast');
    const graph = await runtime.load(path, { device: 'cpu', threads: 0 });
    const matrix = () => ({
      type: 'float32',
      dims: [SIDE, SIDE],
      data: new Float32Array(SIDE * SIDE).fill(0.5),
    });
    const inputs = { a: matrix(), b: matrix() };
    let best = Number.POSITIVE_INFINITY;
    for (let round = 0; round < ROUNDS; round += 1) {
      const startedAt = performance.now();
      await graph.run(inputs);
      best = Math.min(best, performance.now() - startedAt);
    }
    await graph.dispose();
    return (2 * SIDE ** 3) / (best / 1_000);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** An ONNX graph `c = a × b` of float32 [side, side], written field by field (onnx/onnx.proto). */
function matrixProduct(side) {
  const varint = (value) =>
    value < 128 ? [value] : [(value % 128) + 128, ...varint(Math.floor(value / 128))];
  const number = (field, value) => [...varint(field * 8), ...varint(value)];
  const bytes = (field, content) => [...varint(field * 8 + 2), ...varint(content.length), ...content];
  const text = (field, value) => bytes(field, [...Buffer.from(value)]);
  const dim = bytes(1, number(1, side));
  const value = (name) => [
    ...text(1, name),
    ...bytes(2, bytes(1, [...number(1, 1), ...bytes(2, [...dim, ...dim])])),
  ];
  const node = [...text(1, 'a'), ...text(1, 'b'), ...text(2, 'c'), ...text(4, 'MatMul')];
  const graph = [
    ...bytes(1, node),
    ...text(2, 'peak'),
    ...bytes(11, value('a')),
    ...bytes(11, value('b')),
    ...bytes(12, value('c')),
  ];
  return Buffer.from([...number(1, 8), ...bytes(7, graph), ...bytes(8, [...text(1, ''), ...number(2, 13)])]);
}
