import type { GraphContract } from '../../onnx/contract.js';
import type { GraphName } from '../../onnx/names.js';
import type { Tensor, Tensors } from '../../onnx/tensor.js';
import type { ModelFolder } from '../folder.js';
import type { Picture } from '../pixels.js';
import type { Positions } from '../positions.js';

import type { ModelInput } from '../vlm.js';

/** What sets one model family apart; everything else is shared. */
export interface Family {
  /** `decoder_model_merged` names `position_ids` where the family has them; its rank says of which kind: 3 is M-RoPE, 2 plain. */
  readonly contracts: Readonly<Record<GraphName, GraphContract>>;
  /** Axis of the vision encoder's inputs along which those of several runs may be joined; its outputs follow each other along the first. */
  readonly batchAxis: number;
  /** Name of the vision encoder's output. */
  readonly featuresName: string;
  /** Largest number of positions that the model can hold. */
  readonly maxContext: number;
  /** How messages hold pictures: as parts that the chat template spells, or spelled in the text for templates that know text only. */
  readonly content: 'parts' | 'text';
  /** Pictures of any sizes, each for itself. Raises INFERENCE_FAILED for a picture that the family cannot take. */
  images(pictures: readonly Picture[]): Sight;
  /** Pictures of one size as one video; left out by families without a way to see one. */
  readonly video?: (pictures: readonly Picture[], timing: Timing) => Sight;
}

export interface Timing {
  /** Pictures a second. */
  readonly fps: number;
}

/** Pictures made ready: what the vision encoder reads, and what stands in the prompt for them. */
export interface Sight {
  readonly kind: 'image' | 'video';
  /** Inputs of the vision encoder: it is run once for each. */
  readonly runs: readonly Tensors[];
  /**
   * Features of each run, as the encoder gave them → those of all `blocks` one after another, [tokens, hidden] flat. Left out where the encoder's
   * outputs are just that.
   */
  readonly features?: (outputs: readonly Float32Tensor[]) => Float32Array;
  /** The chat template that the reference takes for this in place of the folder's. */
  readonly chatTemplate?: string;
  /** How the chat template spells one picture, or the video. */
  readonly placeholder: string;
  /** What takes the place of each placeholder, in the prompt's order: markers, and `pad` once for each token. */
  readonly expansions: readonly string[];
  /** Spelling of the token that keeps the place of one feature vector. */
  readonly pad: string;
  /** The runs of pads in the expanded prompt, in order. */
  readonly blocks: readonly Block[];
}

/** Feature vectors that stand together in the prompt. */
export interface Block {
  readonly tokens: number;
  /** Their positions when the block begins at `start`; left out where they count on like text. */
  readonly positions?: (start: number) => Positions;
}

export type Float32Tensor = Extract<Tensor, { type: 'float32' }>;

/** One family, before a folder of its kind is opened. */
export interface FamilyKind {
  /** What a model without a booth.json is shown. */
  readonly input: ModelInput;
  /** Reads the folder's own configuration. Raises MODEL_INVALID. */
  make(folder: ModelFolder): Family;
}
