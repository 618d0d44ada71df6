import { asFloat32 } from './half.js';
import { joined, shared } from './joined.js';
import type { Graph, RunOptions } from './runtime.js';
import type { Tensors } from './tensor.js';

/** How far apart the outputs of a joint run and of single ones may lie, of their root mean square: more than half precision's rounding. */
const TOLERANCE = 0.02;

export interface JointRunsOptions {
  /** Along which inputs are joined. */
  readonly axis: number;
  /** The input whose length along `axis` says how large a run's share of the outputs is. */
  readonly measure: string;
}

/**
 * Runs a graph once for several. Not every graph can: exports may hold the batch to one, or let what is in a run see all the rest. So the first
 * joint run is made singly as well, and where it fails, or gives something else, there is no other.
 */
export class JointRuns {
  readonly #graph: Graph;
  readonly #options: JointRunsOptions;
  #trusted = false;
  #refused = false;

  constructor(graph: Graph, options: JointRunsOptions) {
    this.#graph = graph;
    this.#options = options;
  }

  /** The graph has shown that it cannot. */
  get refused(): boolean {
    return this.#refused;
  }

  /**
   * The outputs for each of `inputs`, which are `joinable`. Raises what the run raises, and is refused from then on, unless the run was
   * cancelled: each is then to be run by itself, which tells whose fault it was.
   */
  async run(inputs: readonly Tensors[], options: RunOptions = {}): Promise<readonly Tensors[]> {
    const [first] = inputs;
    if (first !== undefined && inputs.length === 1) return [await this.#graph.run(first, options)];
    try {
      const together = await this.#together(inputs, options);
      return this.#trusted ? together : await this.#compared(inputs, together, options);
    } catch (error) {
      this.#refused ||= options.cancelled?.() !== true;
      throw error;
    }
  }

  async #together(inputs: readonly Tensors[], options: RunOptions): Promise<readonly Tensors[]> {
    const { axis, measure } = this.#options;
    const outputs = await this.#graph.run(joined(inputs, axis), options);
    return shared(
      outputs,
      inputs.map((one) => one[measure]?.dims[axis] ?? 0),
    );
  }

  /** The outputs of single runs, which say whether those of the joint one can be trusted. */
  async #compared(
    inputs: readonly Tensors[],
    together: readonly Tensors[],
    options: RunOptions,
  ): Promise<readonly Tensors[]> {
    const each: Tensors[] = [];
    for (const one of inputs) each.push(await this.#graph.run(one, options));
    this.#trusted = each.every((one, at) => alike(one, together[at] ?? {}));
    this.#refused = !this.#trusted;
    return each;
  }
}

/** Whether the floats of `one` are those of `other`, but for rounding. */
function alike(one: Tensors, other: Tensors): boolean {
  return Object.keys(one).every((name) => {
    const [mine, theirs] = [asFloat32(one[name])?.data, asFloat32(other[name])?.data];
    if (mine === undefined || mine.length !== theirs?.length) return false;
    let apart = 0;
    let size = 0;
    for (const [at, value] of mine.entries()) {
      apart += (value - (theirs[at] as number)) ** 2;
      size += value ** 2;
    }
    return apart <= TOLERANCE ** 2 * size;
  });
}
