import type { Clip } from '../media/clip.js';
import type { PartedLine } from '../media/parted-line.js';
import type { Reasoning } from '../media/reasoning.js';
import type { AnswerSchema } from './decoding/json-schema.js';

/** What a model is, read from its folder; nothing here needs the weights. */
export interface ModelInfo {
  readonly name: string;
  readonly family: string;
  /** Where it runs: `cpu`, `webgpu`, `cuda`, …, and the variant of the weights. */
  readonly device: string;
  readonly dtype: string;
  /** The picture and pace that it wants to see. */
  readonly input: ModelInput;
  readonly languages: readonly string[];
  /** It does what a prompt says, so a persona can change its words; false for a model that was trained for one job. */
  readonly takesInstructions: boolean;
}

export interface ModelInput {
  readonly width: number;
  readonly height: number;
  /** Frames per second, and how many of them make one clip: `fps / framesPerClip` ticks a second. */
  readonly fps: number;
  readonly framesPerClip: number;
}

/** What the model is told beside the picture. Bounded by whoever fills it. */
export interface PromptContext {
  readonly lang: string;
  /** The last lines that were said, oldest first. */
  readonly recent: readonly string[];
  /** What is known to be so, one short line each: the score, who has the ball. */
  readonly facts: readonly string[];
  /** The story so far in a few sentences; empty at the beginning. */
  readonly summary: string;
  /** Who plays, one line each; empty without a roster. */
  readonly roster: readonly string[];
  /** Seconds of speech that the next line has; `null` for no limit. */
  readonly seconds: number | null;
  /** What the persona tells the model, ready to be sent; empty for models that were trained for one job. */
  readonly instructions: string;
  /** Who of several voices is asked; `null` where there is one. */
  readonly speaker: string | null;
  /** The model is to answer in steps, of which the last is spoken (`Reasoning`), where it can. */
  readonly reasoning: boolean;
  /** Lines said a moment ago, which a streaming model does not say again in the same words where it has others. */
  readonly worn: readonly PartedLine[];
  /** What the answer must be, in place of a line. Chat models of this machine alone can be held to it. */
  readonly answer?: AnswerRequest;
}

/** One of some texts, or JSON by a schema: what of that is known, is in `docs/decoding.md`. */
export type AnswerRequest = { readonly choices: readonly string[] } | { readonly schema: AnswerSchema };

/**
 * What comes of a look: any number of `text` events, then one `end`; or one `silence`. `text` is the whole text so far.
 * `model` names who spoke where a `Vlm` has several behind it; `prompt` is the hash of the text that was asked
 * (`promptHash`); `reasoning` is how a model that reasons aloud came to its line.
 */
export type LookEvent = { readonly model?: string; readonly prompt?: string } & (
  | { readonly kind: 'text'; readonly text: string; readonly confidence: number }
  | {
      readonly kind: 'end';
      readonly text: string;
      readonly confidence: number;
      readonly stats: LookStats;
      readonly reasoning?: Reasoning;
    }
  | { readonly kind: 'silence'; readonly confidence: number; readonly stats: LookStats }
);

export interface LookStats {
  readonly visionMs: number;
  readonly prefillMs: number;
  readonly decodeMs: number;
  /** Tokens said, without the end of the line. */
  readonly tokens: number;
  /** Positions held in the KV cache after the look. */
  readonly context: number;
}

/** What a silence costs that was kept without a look. */
export const NO_WORK: LookStats = { visionMs: 0, prefillMs: 0, decodeMs: 0, tokens: 0, context: 0 };

/**
 * Port: one stream's state (its KV cache) on a loaded model. One look at a time: a second look before the
 * first has ended is a `TypeError`.
 */
export interface VlmSession {
  /**
   * Looks at a clip and streams what there is to say. Aborting completes the iteration early and leaves the
   * session usable. Raises `BoothError` INFERENCE_FAILED, INFERENCE_TIMEOUT, CONTEXT_OVERFLOW (skip) or
   * WORKER_DIED (restart; the looks of the pause after it raise the same error, and the next one starts from an empty cache). A session
   * that waits its turn looks again by itself, and raises WORKER_DIED (fatal) where the worker dies of that look twice.
   */
  look(clip: Clip, context: PromptContext, signal?: AbortSignal): AsyncIterable<LookEvent>;
  close(): Promise<void>;
}

export interface OpenOptions {
  /** What a live stream will ask for. 0, the default, is a session that waits its turn, however long that takes. */
  readonly looksPerSecond?: number;
}

/** Port: a loaded model. Its sessions share it and take turns. */
export interface Vlm {
  readonly info: ModelInfo;
  /** Raises CHANNELS_FULL when the model cannot bear `looksPerSecond` beside what its other sessions ask for. */
  open(options?: OpenOptions): Promise<VlmSession>;
  close(): Promise<void>;
}
