import type { ClipInfo } from './clip.js';
import type { Reasoning } from './reasoning.js';

/** The model's answer to one clip, in parts: any number of partial lines, then one final line, or one silence. */
export type Remark = LineRemark | SilenceRemark;

export interface LineRemark {
  readonly kind: 'line';
  readonly clip: ClipInfo;
  /** The whole text so far, not a delta. */
  readonly text: string;
  readonly final: boolean;
  /** 0–1: mean probability of the tokens said so far. */
  readonly confidence: number;
  /** Milliseconds of the pipeline's clock when this part was ready. */
  readonly saidAt: number;
  readonly model: string;
  /** Who of several voices says it; `null` where there is one. */
  readonly speaker: string | null;
  /** The prompt's hash (`vlm/prompt-hash.ts`); empty where the model asked by no text. */
  readonly prompt: string;
  /** Present at the end of a line of a model that reasons aloud, `null` everywhere else. */
  readonly reasoning: Reasoning | null;
}

/** The model's decision not to speak. */
export interface SilenceRemark {
  readonly kind: 'silence';
  readonly clip: ClipInfo;
  /** 0–1: probability of the silence token, or 1 where a gate decided. */
  readonly confidence: number;
  readonly saidAt: number;
  readonly model: string;
  readonly prompt: string;
}
