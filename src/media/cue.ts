import type { Reasoning } from './reasoning.js';

/**
 * A timed caption. One shape everywhere: a JSONL line, the payload of the WebSocket `cue` message,
 * what the page shows and what is spoken. Documented with units in `docs/cue.md`.
 */
export interface Cue {
  /** Counts the cues of one channel from 0. A partial cue and its final form share `seq` and `id`. */
  readonly seq: number;
  /** Unique within a run and the same in every run on the same input: `<channel>-<seq>`. */
  readonly id: string;
  readonly channel: string;
  /** Seconds of presentation time. Cues of a channel never overlap. `end === start`: the cue was withdrawn. */
  readonly start: number;
  readonly end: number;
  /** One line of plain text: no markup, no line breaks. */
  readonly text: string;
  /** BCP 47: `en`, `zh`. */
  readonly lang: string;
  /** Who of several voices says it; `null` where there is one. */
  readonly speaker: string | null;
  /** False while the model is still speaking. After its final form, a cue can only be cut: the same, ending earlier. */
  readonly final: boolean;
  /** 0–1: how big the moment is. */
  readonly importance: number;
  /** Pts, in seconds, of the frames that the line came from. */
  readonly frames: readonly number[];
  /** Name of the model that said it. */
  readonly model: string;
  /** First 12 hex digits of the SHA-256 of the text prompt that was asked; empty where there was none. */
  readonly prompt: string;
  /** How the model came to the line; `null` for models that do not tell, and in partial forms. */
  readonly reasoning: Reasoning | null;
  /** Milliseconds from the capture of the newest frame to this cue; `null` offline, where it means nothing. */
  readonly captureToCaptionMs: number | null;
  /** Clips dropped for overload since the cue before. */
  readonly dropped: number;
}

/**
 * True for a cue that was taken back: the model broke off, or a bigger moment came before this one began.
 * Viewers remove it, voices stop it, files leave it out.
 */
export function isWithdrawn(cue: Cue): boolean {
  return cue.end <= cue.start;
}
