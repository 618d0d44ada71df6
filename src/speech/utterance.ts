import type { SchedulerLike } from 'rxjs';
import { BoothError, messageOf } from '../errors.js';
import type { Cue } from '../media/cue.js';
import type { OnDrop } from '../media/drops.js';
import type { Clock } from '../media/time.js';
import type { Utterance } from '../media/utterance.js';
import type { OnVoiceTurn } from '../media/voice-turn.js';
import type { OnSpeechWarning, SpeechFailures } from './failures.js';
import type { Speech, Tts } from './tts.js';

export interface UtterDeps {
  readonly clock: Clock;
  readonly onDrop: OnDrop;
  /** Live: spoken in real time, late lines dropped. Else every line is made, in order. */
  readonly live: boolean;
  /** Seconds from when a line is there to its sound, at most, else it is dropped; live only. */
  readonly budget: number;
  /** Importance (0–1) from which a line goes first; the commentator's default. */
  readonly interruptAt?: number;
  /** Told once per spell of failures; captions go on. */
  readonly onWarning?: OnSpeechWarning;
  /** Told what becomes of each line; live only. */
  readonly onTurn?: OnVoiceTurn;
  /** Times the end of each line; live only. */
  readonly scheduler?: SchedulerLike;
}

/** The cue as audio, or `null`, counted, when the engine failed. Raises nothing but the signal's reason. */
export async function makeUtterance(
  tts: Tts,
  cue: Cue,
  failures: SpeechFailures,
  signal?: AbortSignal,
): Promise<Utterance | null> {
  try {
    const speech = await synthesiseCue(tts, cue, signal);
    failures.succeeded();
    return asUtterance(tts, cue, speech, null);
  } catch (thrown) {
    signal?.throwIfAborted();
    failures.failed(asSpeechError(thrown));
    return null;
  }
}

/** Raises a `BoothError`, or the signal's reason. */
export async function synthesiseCue(tts: Tts, cue: Cue, signal?: AbortSignal): Promise<Speech> {
  try {
    return await tts.synthesise(cue.text, cue.lang, signal, cue.speaker);
  } catch (thrown) {
    signal?.throwIfAborted();
    throw asSpeechError(thrown);
  }
}

export function asUtterance(tts: Tts, cue: Cue, speech: Speech, captureToAudioMs: number | null): Utterance {
  return { cue, ...speech, voice: `${tts.name}:${tts.voiceFor(cue.lang) ?? 'none'}`, captureToAudioMs };
}

export function asSpeechError(thrown: unknown): BoothError {
  if (thrown instanceof BoothError) return thrown;
  return new BoothError('SPEECH_FAILED', `The voice failed: ${messageOf(thrown)}.`, { cause: thrown });
}
