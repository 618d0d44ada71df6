import { Observable, type OperatorFunction, type Subscriber } from 'rxjs';
import { DEFAULTS } from '../config.js';
import type { Cue } from '../media/cue.js';
import type { OnDrop } from '../media/drops.js';
import type { Clock } from '../media/time.js';
import { type OnSpeechWarning, SpeechFailures } from './failures.js';
import { SpeechQueue } from './queue.js';
import type { Speaker } from './tts.js';
import { asSpeechError } from './utterance.js';

export interface PlayDeps {
  readonly clock: Clock;
  readonly onDrop: OnDrop;
  /** Seconds that a line may wait for the loudspeaker before it is dropped. */
  readonly staleAfter: number;
  /** Importance (0–1) from which a line goes first and cuts an ordinary one; the commentator's default. */
  readonly interruptAt?: number;
  /** Told once per spell of failures, as when there is no audio device; captions go on. */
  readonly onWarning?: OnSpeechWarning;
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

class Playback {
  readonly #speaker: Speaker;
  readonly #listener: Subscriber<Cue>;
  readonly #queue: SpeechQueue;
  readonly #failures: SpeechFailures;
  #heard: { readonly cue: Cue; readonly abort: AbortController } | null = null;
  #isFinishing = false;

  constructor(speaker: Speaker, deps: PlayDeps, listener: Subscriber<Cue>) {
    this.#speaker = speaker;
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
    this.#heard?.abort.abort();
  }

  #advance(): void {
    const next = this.#queue.peek();
    if (this.#heard === null) {
      if (next) {
        this.#queue.remove(next);
        void this.#speak(next.cue);
      } else if (this.#isFinishing) this.#listener.complete();
    } else if (next && this.#queue.interrupts(next.cue, this.#heard.cue)) {
      this.#heard.abort.abort();
    }
  }

  async #speak(cue: Cue): Promise<void> {
    const abort = new AbortController();
    this.#heard = { cue, abort };
    this.#listener.next(cue);
    try {
      await this.#speaker.speak(cue.text, cue.lang, abort.signal, cue.speaker);
      this.#failures.succeeded();
    } catch (thrown) {
      if (!abort.signal.aborted) this.#failures.failed(asSpeechError(thrown));
    }
    this.#heard = null;
    if (!this.#listener.closed) this.#advance();
  }
}
