import { BoothError } from '../errors.js';
import type { Graph } from './runtime.js';
import type { TensorSpec } from './tensor.js';

/** What a model family expects of one tensor. `rank` is the number of dimensions. */
export interface Expected {
  readonly types: readonly string[];
  readonly rank: number;
}

export type ExpectedTensors = Readonly<Record<string, Expected>>;

export interface GraphContract {
  readonly inputs: ExpectedTensors;
  /** Inputs that a graph may declare besides. */
  readonly optional?: ExpectedTensors;
  readonly outputs: ExpectedTensors;
}

/** Raises MODEL_INVALID, naming the tensor, when a graph is not what its family expects. */
export function checkContract(graph: Graph, { inputs, optional = {}, outputs }: GraphContract): void {
  for (const { name } of graph.inputs) {
    if (!(name in inputs) && !(name in optional))
      throw fault(graph, `it wants an input "${name}" that its family does not know`);
  }
  const declared = Object.entries(optional).filter(([name]) =>
    graph.inputs.some((spec) => spec.name === name),
  );
  checkTensors(graph, 'input', graph.inputs, { ...inputs, ...Object.fromEntries(declared) });
  checkTensors(graph, 'output', graph.outputs, outputs);
}

function checkTensors(
  graph: Graph,
  role: string,
  specs: readonly TensorSpec[],
  expected: ExpectedTensors,
): void {
  const found = new Map(specs.map((spec) => [spec.name, spec]));
  for (const [name, { types, rank }] of Object.entries(expected)) {
    const spec = found.get(name);
    if (spec === undefined) throw fault(graph, `it has no ${role} "${name}"`);
    if (!types.includes(spec.type))
      throw fault(graph, `its ${role} "${name}" is ${spec.type}, expected ${types.join(' or ')}`);
    if (spec.dims.length !== rank)
      throw fault(
        graph,
        `its ${role} "${name}" has the shape [${spec.dims.join(', ')}], expected ${rank} dimensions`,
      );
  }
}

function fault(graph: Graph, what: string): BoothError {
  return new BoothError(
    'MODEL_INVALID',
    `${graph.path} does not fit its model family: ${what}; export the model again, or correct "model_type" in its config.json.`,
  );
}
