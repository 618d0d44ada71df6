import { type Cue, isWithdrawn } from './media/cue.js';
import { type DropReason, dropCounter } from './media/drops.js';
import type { Frame } from './media/frame.js';
import type { Remark } from './media/remark.js';
import { percentiles, type RunStats } from './media/stats.js';
import type { Utterance } from './media/utterance.js';
import type { VoiceStats, VoiceTurn } from './media/voice-turn.js';

/** Latencies kept for the percentiles: the newest of a long run. */
const SAMPLE_SIZE = 2_000;

/** A cue is cut before so many later ones have come. */
const RECENT_CUES = 16;

/** Counts what a run does. Everything that a person is told about a run is read from here. */
export class Meter {
  readonly #drops = dropCounter();
  readonly #toCaption: number[] = [];
  readonly #toAudio: number[] = [];
  #frames = 0;
  #ticks = 0;
  #silences = 0;
  #cues = 0;
  #restarts = 0;
  #skips = 0;
  #first: number | null = null;
  #last = 0;
  #spoken = 0;
  #voice: VoiceStats = { begun: 0, cut: 0, late: 0, leastToSpareMs: null };
  /** Seconds on screen of the cues that may still change, by id. */
  readonly #recent = new Map<string, number>();

  readonly frame = (frame: Pick<Frame, 'pts'>): void => {
    this.#frames += 1;
    this.#first ??= frame.pts;
    this.#last = frame.pts;
  };

  readonly drop = (reason: DropReason): void => this.#drops.onDrop(reason);

  readonly restart = (): void => {
    this.#restarts += 1;
  };

  readonly skip = (): void => {
    this.#skips += 1;
  };

  /** Ticks are looks that ended; partial lines are on their way. */
  readonly remark = (remark: Remark): void => {
    if (remark.kind === 'silence') this.#silences += 1;
    if (remark.kind === 'silence' || remark.final) this.#ticks += 1;
  };

  /** Partial, final and cut forms of a cue count as one, with its newest end; a withdrawn one does not count. */
  readonly cue = (cue: Cue): void => {
    const before = this.#recent.get(cue.id);
    if (before === undefined && cue.captureToCaptionMs !== null) {
      remember(this.#toCaption, cue.captureToCaptionMs);
    }
    this.#cues += Number(!isWithdrawn(cue)) - Number(before !== undefined && before > 0);
    this.#spoken += cue.end - cue.start - (before ?? 0);
    this.#recent.set(cue.id, cue.end - cue.start);
    const [oldest] = this.#recent.keys();
    if (this.#recent.size > RECENT_CUES && oldest !== undefined) this.#recent.delete(oldest);
  };

  readonly utterance = (utterance: Utterance): void => {
    if (utterance.captureToAudioMs !== null) remember(this.#toAudio, utterance.captureToAudioMs);
  };

  readonly voice = (turn: VoiceTurn): void => {
    const { leastToSpareMs } = this.#voice;
    this.#voice = { ...this.#voice, [turn.kind]: this.#voice[turn.kind] + 1 };
    if (turn.kind !== 'begun') return;
    this.#voice = { ...this.#voice, leastToSpareMs: Math.min(leastToSpareMs ?? Infinity, turn.toSpareMs) };
  };

  /** Clips that came while the model was busy. */
  readonly droppedClips = (): number => this.#drops.counts().overload;

  stats(): RunStats {
    const seconds = this.#first === null ? 0 : this.#last - this.#first;
    return {
      seconds,
      frames: this.#frames,
      ticks: this.#ticks,
      silences: this.#silences,
      cues: this.#cues,
      drops: this.#drops.counts(),
      captureToCaption: percentiles(this.#toCaption),
      captureToAudio: percentiles(this.#toAudio),
      voice: this.#voice,
      talking: seconds > 0 ? Math.min(1, this.#spoken / seconds) : 0,
      restarts: this.#restarts,
      skips: this.#skips,
    };
  }
}

function remember(sample: number[], value: number): void {
  sample.push(value);
  if (sample.length > SAMPLE_SIZE) sample.shift();
}
