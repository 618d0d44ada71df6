import { asyncScheduler, Observable, type OperatorFunction, type Subscriber, type Subscription } from 'rxjs';
import { DEFAULTS } from '../config.js';
import { BoothError } from '../errors.js';
import type { Cue } from '../media/cue.js';
import type { Utterance } from '../media/utterance.js';
import { SpeechFailures } from './failures.js';
import { type Heard, type Pending, SpeechQueue } from './queue.js';
import type { Speech, Tts } from './tts.js';
import { asSpeechError, asUtterance, synthesiseCue, type UtterDeps } from './utterance.js';

/** The live half of `utter`, which describes it. */
export function utterLive(tts: Tts, deps: UtterDeps): OperatorFunction<Cue, Utterance> {
  return (cues) =>
    new Observable<Utterance>((subscriber) => {
      const voice = new LiveVoice(tts, deps, subscriber);
      subscriber.add(() => voice.stop());
      subscriber.add(
        cues.subscribe({
          next: (cue) => voice.take(cue),
          error: (thrown: unknown) => subscriber.error(thrown),
          complete: () => voice.finish(),
        }),
      );
    });
}

/** One voice for the time of one subscription: what waits, what is being prepared, what is heard. */
class LiveVoice {
  readonly #tts: Tts;
  readonly #deps: UtterDeps;
  readonly #listener: Subscriber<Utterance>;
  readonly #queue: SpeechQueue;
  readonly #failures: SpeechFailures;
  /** Sound of lines that wait: never more than the queue holds. */
  readonly #prepared = new WeakMap<Pending, Speech>();
  #preparing: { readonly pending: Pending; readonly abort: AbortController } | null = null;
  #heard: (Heard & { readonly end: Subscription }) | null = null;
  /** Looks again when the line that waits may cut in. */
  #cut: Subscription | null = null;
  #isFinishing = false;

  constructor(tts: Tts, deps: UtterDeps, listener: Subscriber<Utterance>) {
    this.#tts = tts;
    this.#deps = deps;
    this.#listener = listener;
    this.#queue = new SpeechQueue({ interruptAt: DEFAULTS.commentator.interruptAt, ...deps });
    this.#failures = new SpeechFailures(deps.onDrop, deps.onWarning);
  }

  take(cue: Cue): void {
    if (this.#queue.add(cue)) this.#advance();
  }

  /** Says what waits, then completes. */
  finish(): void {
    this.#isFinishing = true;
    this.#advance();
  }

  stop(): void {
    this.#preparing?.abort.abort();
    this.#preparing = null;
    this.#heard?.end.unsubscribe();
    this.#cut?.unsubscribe();
  }

  #advance(): void {
    const next = this.#queue.peek();
    if (next === undefined) {
      if (this.#isFinishing && this.#heard === null) this.#listener.complete();
      return;
    }
    const speech = this.#prepared.get(next);
    if (speech === undefined) this.#prepare(next);
    else this.#sayInTurn(next, speech);
  }

  #sayInTurn(next: Pending, speech: Speech): void {
    const { clock, scheduler = asyncScheduler } = this.#deps;
    this.#cut?.unsubscribe();
    const wait = this.#heard === null ? 0 : this.#queue.cutsAt(next, this.#heard) - clock.now();
    if (wait <= 0) this.#say(next, speech);
    else if (wait < Number.POSITIVE_INFINITY) this.#cut = scheduler.schedule(() => this.#advance(), wait);
  }

  /** One line at a time; a more urgent one takes the engine from an ordinary one, which keeps its place. */
  #prepare(pending: Pending): void {
    if (this.#preparing?.pending === pending) return;
    this.#preparing?.abort.abort();
    const current = { pending, abort: new AbortController() };
    this.#preparing = current;
    const settle = (note: () => void) => {
      if (this.#preparing !== current) return;
      this.#preparing = null;
      note();
      this.#advance();
    };
    synthesiseCue(this.#tts, pending.cue, current.abort.signal).then(
      (speech) =>
        settle(() => {
          if (this.#heard === null && this.#queue.giveUp(pending)) {
            this.#failures.failed(tooSlow(this.#tts, this.#deps));
            return;
          }
          this.#failures.succeeded();
          this.#prepared.set(pending, speech);
        }),
      (thrown: unknown) =>
        settle(() => {
          if (this.#queue.remove(pending)) this.#failures.failed(asSpeechError(thrown));
        }),
    );
  }

  #say(pending: Pending, speech: Speech): void {
    const { scheduler = asyncScheduler, onTurn } = this.#deps;
    if (this.#heard !== null) onTurn?.({ kind: 'cut' });
    this.#heard?.end.unsubscribe();
    const begun = this.#queue.begin(pending);
    const milliseconds = speech.duration * 1_000;
    const end = scheduler.schedule(() => {
      this.#heard = null;
      this.#advance();
    }, milliseconds);
    this.#heard = { ...begun, until: begun.since + milliseconds, end };

    const { captureToCaptionMs } = pending.cue;
    const waitedMs = begun.since - pending.arrivedAt;
    const captureToAudioMs = captureToCaptionMs === null ? null : captureToCaptionMs + waitedMs;
    this.#listener.next(asUtterance(this.#tts, pending.cue, speech, captureToAudioMs));
    this.#advance();
  }
}

/** Where nobody was heard, the line waited for the engine alone. */
function tooSlow({ name }: Tts, { budget }: UtterDeps): BoothError {
  const why = `${name} takes longer for a line than the ${budget} s within which it must be heard`;
  return new BoothError('SPEECH_FAILED', `${why}: raise speech.budget, or use another voice.`);
}
