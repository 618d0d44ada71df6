import {
  asyncScheduler,
  Observable,
  type OperatorFunction,
  type SchedulerLike,
  type Subscriber,
  type Subscription,
} from 'rxjs';
import { DEFAULTS } from '../config.js';
import type { Cue } from '../media/cue.js';
import type { OnDrop } from '../media/drops.js';
import type { Clock } from '../media/time.js';
import type { OnVoiceTurn } from '../media/voice-turn.js';
import { type OnSpeechWarning, SpeechFailures } from './failures.js';
import { type Heard, type Pending, SpeechQueue } from './queue.js';
import type { Speaker } from './tts.js';
import { asSpeechError, tooSlow } from './utterance.js';

export interface PlayDeps {
  readonly clock: Clock;
  readonly onDrop: OnDrop;
  /** Seconds from when a line is there until it is spoken, at most, else it is dropped. */
  readonly budget: number;
  /** Importance (0–1) from which a line goes first and cuts an ordinary one; the commentator's default. */
  readonly interruptAt?: number;
  /** Told once per spell of failures, as when there is no audio device; captions go on. */
  readonly onWarning?: OnSpeechWarning;
  /** Told what becomes of each line. */
  readonly onTurn?: OnVoiceTurn;
  /** Told how many seconds a line took to say that was heard to its end. */
  readonly onSpoken?: (cue: Cue, seconds: number) => void;
  /** Times when a line may be cut. */
  readonly scheduler?: SchedulerLike;
}

/**
 * Speaks final cues on this machine's loudspeaker, one at a time and each id once, and emits each when its
 * speaking begins. At most `MAX_WAITING` lines wait. Unsubscribing silences the speaker at once. A speaker
 * that fails is counted as `speech`: this operator raises only what its source raises.
 */
export function play(speaker: Speaker, deps: PlayDeps): OperatorFunction<Cue, Cue> {
  return (cues) =>
    new Observable<Cue>((subscriber) => {
      const playback = new Playback(speaker, deps, subscriber);
      subscriber.add(() => playback.stop());
      subscriber.add(
        cues.subscribe({
          next: (cue) => playback.take(cue),
          error: (thrown: unknown) => subscriber.error(thrown),
          complete: () => playback.finish(),
        }),
      );
    });
}

/** The line that the loudspeaker has taken; it is `heard` once its sound begins. */
interface Taken {
  readonly pending: Pending;
  readonly abort: AbortController;
  heard: Heard | null;
}

class Playback {
  readonly #speaker: Speaker;
  readonly #deps: PlayDeps;
  readonly #listener: Subscriber<Cue>;
  readonly #queue: SpeechQueue;
  readonly #failures: SpeechFailures;
  #taken: Taken | null = null;
  /** Looks again when the line that waits may cut in. */
  #cut: Subscription | null = null;
  #isFinishing = false;

  constructor(speaker: Speaker, deps: PlayDeps, listener: Subscriber<Cue>) {
    this.#speaker = speaker;
    this.#deps = deps;
    this.#listener = listener;
    this.#queue = new SpeechQueue({ interruptAt: DEFAULTS.commentator.interruptAt, ...deps });
    this.#failures = new SpeechFailures(deps.onDrop, deps.onWarning);
  }

  take(cue: Cue): void {
    if (this.#queue.add(cue)) this.#advance();
  }

  /** Speaks what waits, then completes. */
  finish(): void {
    this.#isFinishing = true;
    this.#advance();
  }

  stop(): void {
    this.#cut?.unsubscribe();
    this.#taken?.abort.abort();
  }

  #advance(): void {
    this.#cut?.unsubscribe();
    const next = this.#queue.peek();
    if (this.#taken?.heard) {
      if (next) this.#cutFor(next, this.#taken.heard);
    } else if (this.#taken) {
      // What is not heard yet gives way to what is more urgent, keeps its place, and ends where it is not wanted any more.
      if (next !== this.#taken.pending) this.#taken.abort.abort();
    } else if (next) void this.#speak(next);
    else if (this.#isFinishing) this.#listener.complete();
  }

  #cutFor(next: Pending, heard: Heard): void {
    const { clock, scheduler = asyncScheduler } = this.#deps;
    const wait = this.#queue.cutsAt(next, heard) - clock.now();
    if (wait <= 0) this.#taken?.abort.abort();
    else if (wait < Number.POSITIVE_INFINITY) this.#cut = scheduler.schedule(() => this.#advance(), wait);
  }

  async #speak(pending: Pending): Promise<void> {
    const { onSpoken, onTurn } = this.#deps;
    const abort = new AbortController();
    const taken: Taken = { pending, abort, heard: null };
    this.#taken = taken;
    const due = this.#queue.whenLate(pending, () => this.#giveUp(taken));
    const { cue } = pending;
    const onSound = () => {
      due.unsubscribe();
      if (abort.signal.aborted) return;
      taken.heard = { ...this.#queue.begin(pending), until: Number.POSITIVE_INFINITY };
      this.#listener.next(cue);
      this.#advance();
    };
    try {
      const { speaker } = cue;
      const seconds = await this.#speaker.speak(cue.text, cue.lang, {
        signal: abort.signal,
        speaker,
        onSound,
      });
      this.#failures.succeeded();
      onSpoken?.(cue, seconds);
    } catch (thrown) {
      if (!abort.signal.aborted) {
        this.#queue.remove(pending);
        this.#failures.failed(asSpeechError(thrown));
      } else if (taken.heard !== null && !this.#listener.closed) onTurn?.({ kind: 'cut' });
    }
    due.unsubscribe();
    this.#taken = null;
    if (!this.#listener.closed) this.#advance();
  }

  /** Nobody is heard: what is due now is late by the engine's doing. */
  #giveUp({ pending, abort }: Taken): void {
    if (!this.#queue.giveUp(pending)) return;
    abort.abort();
    this.#failures.failed(tooSlow(this.#speaker, this.#deps));
  }
}
