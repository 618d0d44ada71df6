import type { CommentateConfig, CommentateDeps } from '../../src/commentator/commentator.js';
import { Commentator } from '../../src/commentator/commentator.js';
import { createMemory } from '../../src/commentator/memory.js';
import { DEFAULTS } from '../../src/config.js';
import type { ClipInfo } from '../../src/media/clip.js';
import type { Cue } from '../../src/media/cue.js';
import type { DropReason } from '../../src/media/drops.js';
import type { LineRemark, Remark, SilenceRemark } from '../../src/media/remark.js';

export const CONFIG: CommentateConfig = { ...DEFAULTS.commentator, live: false };

/** A clip of two frames that ends at `end` seconds; its seq follows from its time. */
export function clipAt(end: number): ClipInfo {
  const start = Math.max(0, end - 0.25);
  return {
    seq: Math.round(end * 1_000),
    start,
    end,
    capturedAt: end * 1_000,
    frames: [start, end],
  };
}

export function line(end: number, text: string, rest: Partial<LineRemark> = {}): LineRemark {
  const clip = clipAt(end);
  return {
    kind: 'line',
    clip,
    text,
    final: true,
    confidence: 0.9,
    saidAt: clip.capturedAt + 100,
    model: 'fake',
    prompt: '0123456789ab',
    reasoning: null,
    speaker: null,
    ...rest,
  };
}

export function partial(end: number, text: string, rest: Partial<LineRemark> = {}): LineRemark {
  return line(end, text, { ...rest, final: false });
}

export function silence(end: number): SilenceRemark {
  const clip = clipAt(end);
  return { kind: 'silence', clip, confidence: 0.9, saidAt: clip.capturedAt + 50, model: 'fake', prompt: '' };
}

export interface Told {
  /** Every form of every cue, in the order in which they were sent. */
  readonly forms: readonly Cue[];
  readonly drops: readonly DropReason[];
  readonly recent: readonly string[];
}

/** Lets a commentator hear all of the remarks, then the end of the stream. */
export function tell(
  remarks: readonly Remark[],
  config: Partial<CommentateConfig> = {},
  deps: Partial<CommentateDeps> = {},
): Told {
  const full = { ...CONFIG, ...config };
  const memory = createMemory(full);
  const drops: DropReason[] = [];
  const commentator = new Commentator(full, memory, {
    clock: { now: () => 0 },
    onDrop: (reason) => drops.push(reason),
    droppedClips: () => 0,
    checkNames: null,
    speechTime: () => 0,
    ...deps,
  });
  const forms = [...remarks.flatMap((remark) => commentator.hear(remark)), ...commentator.stop()];
  return { forms, drops, recent: memory.context(0).recent };
}

/** What a reader holds after all forms: the last final form of each cue that was not withdrawn. */
export function lastForms(forms: readonly Cue[]): Cue[] {
  const last = new Map(forms.filter((cue) => cue.final).map((cue) => [cue.id, cue]));
  return [...last.values()].filter((cue) => cue.end > cue.start);
}
