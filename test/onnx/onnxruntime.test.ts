import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { checkContract } from '../../src/onnx/contract.js';
import { onnxruntime } from '../../src/onnx/onnxruntime.js';
import { PROBE_GRAPH } from '../../src/onnx/probe-graph.js';
import type { Graph } from '../../src/onnx/runtime.js';

const cpu = { device: 'cpu', threads: 1 } as const;
let folder: string;
let graph: Graph;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'booth-onnx-'));
  await writeFile(join(folder, 'probe.onnx'), PROBE_GRAPH);
  graph = await onnxruntime.load(join(folder, 'probe.onnx'), cpu);
});
afterAll(async () => {
  await graph.dispose();
  await rm(folder, { recursive: true });
});

describe('the portable runtime', () => {
  it('raises DEVICE_MISSING for a provider that this build lacks', async () => {
    const loading = onnxruntime.load(join(folder, 'probe.onnx'), { device: 'dml', threads: 1 });
    await expect(loading).rejects.toMatchObject({ code: 'DEVICE_MISSING' });
  });
});

describe('checkContract', () => {
  const vector = { types: ['float32'], rank: 1 };

  it('accepts a graph that is what the family expects', () => {
    expect(() => checkContract(graph, { inputs: { value: vector }, outputs: { sum: vector } })).not.toThrow();
  });

  it.each([
    ['a missing input', { inputs: { value: vector, mask: vector }, outputs: {} }, /no input "mask"/],
    ['an input too many', { inputs: {}, outputs: {} }, /an input "value"/],
    [
      'another type',
      { inputs: { value: { types: ['int64'], rank: 1 } }, outputs: {} },
      /"value" is float32, expected int64/,
    ],
    [
      'another rank',
      { inputs: { value: { types: ['float32'], rank: 2 } }, outputs: {} },
      /"value" has the shape \[4\], expected 2/,
    ],
    ['a missing output', { inputs: { value: vector }, outputs: { logits: vector } }, /no output "logits"/],
  ])('names the tensor of %s', (_, contract, message) => {
    expect(() => checkContract(graph, contract)).toThrow(message);
  });

  it('allows an optional input', () => {
    const contract = { inputs: {}, optional: { value: vector }, outputs: { sum: vector } };
    expect(() => checkContract(graph, contract)).not.toThrow();
  });
});
