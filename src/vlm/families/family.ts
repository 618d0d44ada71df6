import type { GraphContract } from '../../onnx/contract.js';
import type { Tensors } from '../../onnx/tensor.js';
import type { GraphName, ModelFolder } from '../folder.js';
import type { Picture } from '../pixels.js';
import type { Positions } from '../positions.js';

/** What sets one model family apart; everything else is shared. */
export interface Family {
  readonly contracts: Readonly<Record<GraphName, GraphContract>>;
  /** Name of the vision encoder's output: [tokens, hidden]. */
  readonly featuresName: string;
  /** Largest number of positions that the model can hold. */
  readonly maxContext: number;
  vision(pictures: readonly Picture[]): VisionInput;
  text(start: number, count: number): Positions;
}

export interface VisionInput {
  readonly inputs: Tensors;
  /** Tokens that the pictures become. */
  readonly tokens: number;
  /** Their positions when the block begins at `start`. */
  positions(start: number): Positions;
}

export type MakeFamily = (folder: ModelFolder) => Family;
