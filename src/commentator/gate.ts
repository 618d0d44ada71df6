import { type LumaGrid, lumaGrid, meanChange } from '../media/change.js';
import { type Clip, clipInfo } from '../media/clip.js';
import { type Cue, isWithdrawn } from '../media/cue.js';
import type { Remark } from '../media/remark.js';
import { talkEndsAfter } from './talk.js';

export interface GateConfig {
  /** 0–1: the share of the time that is to be talked through. */
  readonly density: number;
}

export type GateClip = Pick<Clip, 'end' | 'sceneCut'> & {
  readonly frames: readonly Pick<Clip['frames'][number], 'pixels' | 'width' | 'height'>[];
};

/**
 * When to speak, for models that would say something of every clip. Asked before the look, so that silence costs nothing.
 * Holds one small picture and a few numbers; the same clips, remarks and cues make it open at the same times.
 */
export interface Gate {
  /** True: let the model look. False: keep silent. */
  opens(clip: GateClip): boolean;
  /** Hears what came of each look. */
  hear(remark: Remark): void;
  /** Hears every cue, in all its forms. */
  note(cue: Cue): void;
}

/** Seconds: shorter pauses run lines together, longer ones than this sound like a fault unless the persona is one of few words. */
const SHORTEST_SILENCE = 0.6;
const LONGEST_SILENCE = 8;
/** Seconds that the gate opens before the end of a silence at most, where clips are far apart. */
const MOST_EARLY = 1;
/** Seconds that a line takes until some have been heard. */
const USUAL_LINE = 2.5;
/** Weight of the newest line in the running mean. */
const NEWEST = 0.2;
/** What a silence is multiplied with, by how much the picture has changed since the last line (mean change, 0–1). */
const BY_CHANGE: readonly (readonly [change: number, factor: number])[] = [
  [0, 2.5],
  [0.02, 1.4],
  [0.06, 1],
  [0.15, 0.7],
];
/** And where the picture was cut since. */
const AFTER_CUT = 0.5;

export function createGate({ density }: GateConfig): Gate {
  let line = USUAL_LINE;
  /** Presentation time until which somebody talks, or has decided not to. */
  let talkEnds = Number.NEGATIVE_INFINITY;
  let quietUntil = Number.NEGATIVE_INFINITY;
  let before: number | null = null;
  let tick = 0;
  let cut = false;
  let looked: LumaGrid | null = null;
  /** The newest line, and the picture that it was said of. */
  let said: { readonly seq: number; readonly grid: LumaGrid | null } | null = null;

  /** Seconds that a silence lasts before a picture like this one. */
  const silence = (grid: LumaGrid | null): number => {
    const usual = (line * (1 - density)) / density;
    const change = grid === null || said?.grid == null ? 1 : meanChange(said.grid, grid);
    const factor = cut ? AFTER_CUT : factorOf(change);
    return Math.max(SHORTEST_SILENCE, Math.min(Math.max(LONGEST_SILENCE, 2 * usual), usual * factor));
  };

  return {
    opens(clip) {
      tick = before === null ? 0 : Math.max(0, clip.end - before);
      before = clip.end;
      cut ||= clip.sceneCut;
      const newest = clip.frames.at(-1);
      looked = newest === undefined ? null : lumaGrid(newest);
      // Clips come at their own pace: the nearest one to the end of the silence is it.
      const at = clip.end + Math.min(tick / 2, MOST_EARLY);
      return density > 0 && at >= quietUntil && at >= talkEnds + silence(looked);
    },
    hear(remark) {
      if (remark.kind === 'silence' && remark.model !== GATE) quietUntil = remark.clip.end + SHORTEST_SILENCE;
    },
    note(cue) {
      talkEnds = talkEndsAfter(cue, talkEnds);
      const isNew = said === null || cue.seq > said.seq;
      if (!isNew || !cue.final || isWithdrawn(cue)) return;
      line += NEWEST * (cue.end - cue.start - line);
      said = { seq: cue.seq, grid: looked };
      cut = false;
    },
  };
}

/** Who decided on a silence of the gate, in the place of a model's name. */
export const GATE = 'gate';

/** What the gate has to say of a clip. */
export async function* silenceOf(clip: Clip, saidAt: number): AsyncGenerator<Remark> {
  yield { kind: 'silence', clip: clipInfo(clip), confidence: 1, saidAt, model: GATE, prompt: '' };
}

/** Between the rows of the table, in proportion. */
function factorOf(change: number): number {
  const above = BY_CHANGE.findIndex(([at]) => at >= change);
  const [high, low] = [BY_CHANGE[above], BY_CHANGE[above - 1]];
  if (high === undefined) return BY_CHANGE.at(-1)?.[1] ?? 1;
  if (low === undefined) return high[1];
  const share = (change - low[0]) / (high[0] - low[0]);
  return low[1] + share * (high[1] - low[1]);
}
