import type { CommentatorConfig } from '../config.js';
import { type Cue, isWithdrawn } from '../media/cue.js';
import type { DropReason, OnDrop } from '../media/drops.js';
import { plainLine } from '../media/plain-line.js';
import type { LineRemark, Remark } from '../media/remark.js';
import type { Clock } from '../media/time.js';
import { createDoubts, type Doubts, soundPart } from './contradictions.js';
import { fitLine } from './fit.js';
import type { Memory } from './memory.js';
import { momentOf } from './moments.js';
import type { CheckNames } from './names.js';
import { screenTime } from './reading-time.js';
import { createRepeats, type Repeats } from './repeats.js';
import { findSlot, isFree, toMilliseconds } from './timeline.js';

export type CommentateConfig = CommentatorConfig & {
  /** Live, cues tell their latency; offline it means nothing and is `null`. */
  readonly live: boolean;
};

export interface CommentateDeps {
  readonly clock: Clock;
  readonly onDrop: OnDrop;
  /** Clips dropped for overload so far, in total. */
  droppedClips(): number;
  /** Seconds that the voice takes for a text; 0 where nobody speaks. */
  speechTime(text: string): number;
  /** Makes a line name nobody who must not be named; `null` where anybody may be. */
  readonly checkNames: CheckNames | null;
}

/** Capitalised words at the end of a line that is not over: the beginning of a name cannot be told from a word. */
const OPEN_NAME = /\s*\p{Lu}[\p{Script=Latin}\p{M}'’-]*(?:\s+\p{Lu}[\p{Script=Latin}\p{M}'’-]*)*$/u;
/** The same where no capital letter tells names from words. */
const OPEN_WORD = /\s*[\p{Script=Latin}\p{M}'’-]+$/u;

/** One stream's commentary: what was said, what is on screen, what the model is saying. Bounded; no timers. */
export class Commentator {
  /** The cue of a line that the model has not ended, and the clip that it comes from. */
  #onAir: { readonly cue: Cue; readonly clip: number } | null = null;
  /** Final cues that end after `#at`, in order; at most `MAX_AHEAD`. */
  #ahead: readonly Cue[] = [];
  /** Presentation time of the newest remark, seconds. */
  #at = 0;
  #seq = 0;
  #droppedBefore = 0;
  readonly #repeats: Repeats;
  readonly #doubts: Doubts = createDoubts();

  constructor(
    private readonly config: CommentateConfig,
    private readonly memory: Memory,
    private readonly deps: CommentateDeps,
  ) {
    this.#repeats = createRepeats(config.repeatWindow);
  }

  /** The cues, new, changed or cut, that follow from what the model says next. */
  hear(remark: Remark): readonly Cue[] {
    const brokenOff = this.#onAir?.clip === remark.clip.seq && remark.kind === 'line' ? [] : this.stop();
    this.#moveTo(remark.clip.end);
    if (remark.kind === 'silence') return brokenOff;
    const text = this.#sayable(remark);
    if (text === null) return [...brokenOff, ...(remark.final ? this.stop() : [])];
    return [...brokenOff, ...(remark.final ? this.#finish(remark, text) : this.#begin(remark, text))];
  }

  /** Takes back a line that the model did not end. */
  stop(): readonly Cue[] {
    if (this.#onAir === null) return [];
    const { cue } = this.#onAir;
    this.#onAir = null;
    return [{ ...cue, end: cue.start, final: true }];
  }

  /** The words of a line that can be said, or null where there are none. */
  #sayable({ text, final }: LineRemark): string | null {
    const { checkNames } = this.deps;
    const plain = plainLine(text);
    const checked = checkNames ? checkNames(final ? plain : withoutOpenName(plain)) : plain;
    if (checked === null && final) this.deps.onDrop('name');
    const line = fitLine(checked ?? '', this.config, this.deps.speechTime);
    return /[\p{L}\p{N}]/u.test(line) ? line : null;
  }

  /** A line goes on air before its end only where that cannot be regretted: sure, new, and with nobody else on. */
  #begin(remark: LineRemark, text: string): readonly Cue[] {
    if (this.#onAir?.cue.text === text) return [];
    if (this.#onAir === null) {
      if (remark.confidence < this.config.minConfidence) return [];
      if (this.#repeats.mayBecomeRepeat(text, this.#at)) return [];
      if (this.memory.faultOf(text) !== null) return [];
      if (!isFree(this.#ahead, this.#at, this.config.gap)) return [];
    }
    const cue = this.#cue(remark, text, this.#onAir?.cue.start ?? toMilliseconds(this.#at));
    this.#onAir = { cue, clip: remark.clip.seq };
    return [cue];
  }

  /** Of a line that contradicts the facts, what does not can still be said. */
  #finish(remark: LineRemark, line: string): readonly Cue[] {
    const fault = this.#fault(remark, line);
    if (fault !== 'contradiction') return this.#place(remark, line, fault);
    const rest = soundPart(line, this.memory.faultOf);
    if (rest === null) return this.#place(remark, line, fault);
    this.deps.onDrop(fault);
    return this.#place(remark, rest, this.#repeats.isRepeat(rest, this.#at) ? 'repeat' : null);
  }

  #place(remark: LineRemark, text: string, fault: DropReason | null): readonly Cue[] {
    const importance = momentOf(text).importance;
    const slot = fault ?? findSlot(this.#ahead, { at: this.#at, importance }, this.config);
    if (typeof slot === 'string') {
      this.deps.onDrop(slot);
      return this.stop();
    }
    const cue = this.#cue(remark, text, this.#onAir?.cue.start ?? slot.start);
    this.#onAir = null;
    for (const lost of slot.cuts) this.#giveWay(lost);
    this.#ahead = [...this.#ahead, cue];
    this.#repeats.note(cue.id, text, this.#at, cue.start);
    this.memory.note(cue);
    return [...slot.cuts, cue];
  }

  #fault(remark: LineRemark, text: string): 'unsure' | 'repeat' | 'contradiction' | null {
    if (remark.confidence < this.config.minConfidence) return 'unsure';
    if (this.#repeats.isRepeat(text, this.#at)) return 'repeat';
    const contradicted = this.memory.faultOf(text);
    return contradicted !== null && this.#doubts.mustHold(contradicted, this.#at) ? 'contradiction' : null;
  }

  #giveWay(cut: Cue): void {
    this.deps.onDrop('crowded');
    this.#ahead = this.#ahead.flatMap((cue) => (cue.id !== cut.id ? [cue] : isWithdrawn(cut) ? [] : [cut]));
    if (!isWithdrawn(cut)) return;
    this.#repeats.forget(cut.id);
    this.memory.note(cut);
  }

  #moveTo(at: number): void {
    this.#at = Math.max(this.#at, at);
    this.#ahead = this.#ahead.filter((cue) => cue.end + this.config.gap > this.#at);
  }

  /** The next form of the line on air, or the first form of a new one. */
  #cue(remark: LineRemark, text: string, start: number): Cue {
    const { channel, lang, live } = this.config;
    const { seq, dropped } = this.#onAir?.cue ?? this.#next();
    return {
      seq,
      id: `${channel}-${seq}`,
      channel,
      start,
      end: toMilliseconds(start + this.#duration(text)),
      text,
      lang,
      speaker: remark.speaker,
      final: remark.final,
      importance: momentOf(text).importance,
      frames: remark.clip.frames,
      model: remark.model,
      prompt: remark.prompt,
      reasoning: remark.reasoning,
      captureToCaptionMs: live ? Math.round(this.deps.clock.now() - remark.clip.capturedAt) : null,
      dropped,
    };
  }

  /** Seconds for which a line is on: until it has been read, and said where somebody says it. */
  #duration(text: string): number {
    const spoken = Math.min(this.config.maxDuration, this.deps.speechTime(text));
    return Math.max(screenTime(text, this.config), spoken);
  }

  #next(): Pick<Cue, 'seq' | 'dropped'> {
    const total = this.deps.droppedClips();
    const dropped = total - this.#droppedBefore;
    this.#droppedBefore = total;
    return { seq: this.#seq++, dropped };
  }
}

function withoutOpenName(text: string): string {
  return text.replace(/\p{Lu}/u.test(text) ? OPEN_NAME : OPEN_WORD, '');
}
