import { concatMap, defer, filter, Observable, type ObservableInput, type OperatorFunction, tap } from 'rxjs';
import { type Cue, isWithdrawn } from '../media/cue.js';
import type { Utterance } from '../media/utterance.js';
import { SpeechFailures } from './failures.js';
import { RecentIds } from './recent-ids.js';
import type { Tts } from './tts.js';
import { utterLive } from './utter-live.js';
import { makeUtterance, type UtterDeps } from './utterance.js';

/**
 * Final cues to utterances, each id once.
 *
 * Live: an utterance comes when it should be heard, with the rest of its sound on its way where the engine streams. One that comes before the last is over cuts it, which
 * only important lines do. While one is heard, the next is prepared; at most `MAX_WAITING` lines wait.
 * Offline: every cue, in order; what waits is text, at most the cues of the run (for flat memory whatever
 * the length, pull from `utterances` instead).
 * Lines that fail are counted as `speech` and skipped: this operator raises only what its source raises.
 */
export function utter(tts: Tts, deps: UtterDeps): OperatorFunction<Cue, Utterance> {
  return deps.live ? utterLive(tts, deps) : utterAll(tts, deps);
}

/** Makes the utterances of a list or stream of cues one by one, as they are asked for. */
export async function* utterances(
  tts: Tts,
  cues: Iterable<Cue> | AsyncIterable<Cue>,
  deps: Pick<UtterDeps, 'onDrop' | 'onWarning'> & { readonly signal?: AbortSignal },
): AsyncGenerator<Utterance> {
  const failures = new SpeechFailures(deps.onDrop, deps.onWarning);
  const known = new RecentIds();
  for await (const cue of cues) {
    if (!isSpoken(cue) || !known.add(cue.id)) continue;
    const made = await makeUtterance(tts, cue, failures, deps.signal);
    if (made) yield made;
  }
}

function utterAll(tts: Tts, deps: UtterDeps): OperatorFunction<Cue, Utterance> {
  return (cues) =>
    defer(() => {
      const failures = new SpeechFailures(deps.onDrop, deps.onWarning);
      const known = new RecentIds();
      return cues.pipe(
        filter((cue) => isSpoken(cue) && known.add(cue.id)),
        concatMap((cue) => abortable((signal) => makeUtterance(tts, cue, failures, signal))),
        filter((made) => made !== null),
        tap(({ cue, sound }) => deps.onSpoken?.(cue, sound.seconds)),
      );
    });
}

function isSpoken(cue: Cue): boolean {
  return cue.final && !isWithdrawn(cue);
}

/** Unsubscribing aborts the signal. */
function abortable<Value>(start: (signal: AbortSignal) => Promise<Value>): ObservableInput<Value> {
  return new Observable<Value>((subscriber) => {
    const abort = new AbortController();
    start(abort.signal).then(
      (value) => {
        subscriber.next(value);
        subscriber.complete();
      },
      (thrown: unknown) => subscriber.error(thrown),
    );
    return () => abort.abort();
  });
}
