import type { DropCounts } from './drops.js';
import type { VoiceStats } from './voice-turn.js';

/** What a run did, for the page, the terminal and the summary at the end. */
export interface RunStats {
  /** Seconds of presentation time covered. */
  readonly seconds: number;
  readonly frames: number;
  readonly ticks: number;
  readonly silences: number;
  readonly cues: number;
  readonly drops: DropCounts;
  /** Milliseconds; `null` before the first cue and offline. */
  readonly captureToCaption: Percentiles | null;
  readonly captureToAudio: Percentiles | null;
  /** All zero where nobody speaks live. */
  readonly voice: VoiceStats;
  /** 0–1: share of time with a line on screen. */
  readonly talking: number;
  readonly restarts: number;
  /** Motionless clips that the sampler chose not to look at. */
  readonly skips: number;
}

export interface Percentiles {
  readonly p50: number;
  readonly p95: number;
  readonly max: number;
  readonly last: number;
}

/** Percentiles by the nearest rank of a sample; `null` when it is empty. */
export function percentiles(sample: readonly number[]): Percentiles | null {
  const last = sample.at(-1);
  if (last === undefined) return null;
  const sorted = [...sample].sort((a, b) => a - b);
  const rank = (share: number) => sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? last;
  return { p50: rank(0.5), p95: rank(0.95), max: rank(1), last };
}
