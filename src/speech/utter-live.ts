import { asyncScheduler, Observable, type OperatorFunction, type Subscriber, Subscription } from 'rxjs';
import { DEFAULTS } from '../config.js';
import type { Cue } from '../media/cue.js';
import type { Utterance } from '../media/utterance.js';
import { SpeechFailures } from './failures.js';
import { type Heard, type Pending, SpeechQueue } from './queue.js';
import type { Tts } from './tts.js';
import { asSpeechError, asUtterance, type Begun, beginSound, tooSlow, type UtterDeps } from './utterance.js';

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

/** A line whose sound is being made; aborting ends the making, and so does its being `due`. */
interface Making {
  readonly pending: Pending;
  readonly abort: AbortController;
  readonly due: Subscription;
}

/** A line whose sound has begun. */
interface Ready extends Begun {
  readonly abort: AbortController;
}

interface Sounding extends Heard {
  readonly abort: AbortController;
  readonly end: Subscription;
}

/** One voice for the time of one subscription: what waits, what is being prepared, what is heard. */
class LiveVoice {
  readonly #tts: Tts;
  readonly #deps: UtterDeps;
  readonly #listener: Subscriber<Utterance>;
  readonly #queue: SpeechQueue;
  readonly #failures: SpeechFailures;
  /** Sound of lines that wait: never more than the queue holds. */
  readonly #prepared = new WeakMap<Pending, Ready>();
  /** Lines whose sound has begun and still arrives. */
  readonly #arriving = new Set<AbortController>();
  #preparing: Making | null = null;
  #heard: Sounding | null = null;
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
    this.#breakOff();
    for (const abort of this.#arriving) abort.abort();
    this.#heard?.end.unsubscribe();
    this.#heard = null;
    this.#cut?.unsubscribe();
  }

  #advance(): void {
    const next = this.#queue.peek();
    if (next === undefined) {
      if (this.#isFinishing && this.#heard === null) this.#listener.complete();
      return;
    }
    const ready = this.#prepared.get(next);
    if (ready === undefined) this.#prepare(next);
    else this.#sayInTurn(next, ready);
  }

  #sayInTurn(next: Pending, ready: Ready): void {
    const { clock, scheduler = asyncScheduler } = this.#deps;
    this.#cut?.unsubscribe();
    const wait = this.#heard === null ? 0 : this.#queue.cutsAt(next, this.#heard) - clock.now();
    if (wait <= 0) this.#say(next, ready);
    else if (wait < Number.POSITIVE_INFINITY) this.#cut = scheduler.schedule(() => this.#advance(), wait);
  }

  /** One line at a time; a more urgent one takes the engine from an ordinary one, which keeps its place. */
  #prepare(pending: Pending): void {
    if (this.#preparing?.pending === pending) return;
    this.#breakOff();
    const due = this.#queue.whenLate(pending, () => this.#giveUp(pending));
    const current = { pending, abort: new AbortController(), due };
    this.#preparing = current;
    const settle = (note: () => void) => {
      if (this.#preparing !== current) return;
      due.unsubscribe();
      this.#preparing = null;
      note();
      this.#advance();
    };
    beginSound(this.#tts, pending.cue, current.abort.signal).then(
      (begun) => settle(() => this.#keep(pending, { ...begun, abort: current.abort })),
      (thrown: unknown) =>
        settle(() => {
          if (this.#queue.remove(pending)) this.#failures.failed(asSpeechError(thrown));
        }),
    );
  }

  #breakOff(): void {
    this.#preparing?.abort.abort();
    this.#preparing?.due.unsubscribe();
    this.#preparing = null;
  }

  /** A line that is due while nobody is heard is late by the engine's doing; else by that of the line that is heard. */
  #giveUp(pending: Pending): void {
    if (this.#heard !== null || !this.#queue.giveUp(pending)) return;
    this.#breakOff();
    this.#failures.failed(tooSlow(this.#tts, this.#deps));
    this.#advance();
  }

  #keep(pending: Pending, ready: Ready): void {
    const { abort, whole } = ready;
    this.#prepared.set(pending, ready);
    this.#arriving.add(abort);
    void whole.then((failure) => {
      this.#arriving.delete(abort);
      if (failure === null) this.#failures.succeeded();
      else if (!abort.signal.aborted) {
        this.#queue.remove(pending);
        this.#failures.failed(failure);
        this.#advance();
      }
    });
  }

  #say(pending: Pending, { sound, whole, abort }: Ready): void {
    if (this.#heard !== null) {
      this.#deps.onTurn?.({ kind: 'cut' });
      this.#heard.end.unsubscribe();
      this.#heard.abort.abort();
    }
    const begun = this.#queue.begin(pending);
    this.#heard = { ...begun, until: Number.POSITIVE_INFINITY, abort, end: Subscription.EMPTY };
    if (sound.isWhole) this.#endAfter(this.#heard, sound.seconds);
    else void whole.then(() => this.#heard?.abort === abort && this.#endAfter(this.#heard, sound.seconds));

    const { captureToCaptionMs } = pending.cue;
    const waitedMs = begun.since - pending.arrivedAt;
    const captureToAudioMs = captureToCaptionMs === null ? null : captureToCaptionMs + waitedMs;
    this.#listener.next(asUtterance(this.#tts, pending.cue, sound, captureToAudioMs));
    this.#advance();
  }

  /** Of the line that is heard, it is known now how long it is. */
  #endAfter(heard: Sounding, seconds: number): void {
    const { clock, scheduler = asyncScheduler, onSpoken } = this.#deps;
    const until = heard.since + seconds * 1_000;
    const end = scheduler.schedule(
      () => {
        this.#heard = null;
        this.#advance();
      },
      Math.max(0, until - clock.now()),
    );
    this.#heard = { ...heard, until, end };
    onSpoken?.(heard.cue, seconds);
  }
}
