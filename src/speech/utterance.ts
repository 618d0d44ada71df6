import type { SchedulerLike } from 'rxjs';
import { BoothError, messageOf } from '../errors.js';
import type { Cue } from '../media/cue.js';
import type { OnDrop } from '../media/drops.js';
import { Sound } from '../media/sound.js';
import type { Clock } from '../media/time.js';
import type { Utterance } from '../media/utterance.js';
import type { OnVoiceTurn } from '../media/voice-turn.js';
import { parseWav } from '../media/wav.js';
import type { OnSpeechWarning, SpeechFailures } from './failures.js';
import type { Tts } from './tts.js';

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
  /** Told how many seconds of sound a line is, as soon as that is known. */
  readonly onSpoken?: (cue: Cue, seconds: number) => void;
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
    const sound = await wholeSound(tts, cue, signal);
    failures.succeeded();
    return asUtterance(tts, cue, sound, null);
  } catch (thrown) {
    signal?.throwIfAborted();
    failures.failed(asSpeechError(thrown));
    return null;
  }
}

/** Where nobody was heard, a line that is too late waited for the engine alone. */
export function tooSlow(
  { name }: { readonly name: string },
  { budget }: Pick<UtterDeps, 'budget'>,
): BoothError {
  const why = `${name} takes longer for a line than the ${budget} s within which it must be heard`;
  return new BoothError('SPEECH_FAILED', `${why}: raise speech.budget, or use another voice.`);
}

/** Sound whose beginning is there. */
export interface Begun {
  readonly sound: Sound;
  /** Resolves when the sound is whole, with `null`, or with what broke it off. */
  readonly whole: Promise<BoothError | null>;
}

/** Resolves with the first samples of a line, or all of them where the engine makes lines whole. Raises a `BoothError`, or the signal's reason. */
export async function beginSound(tts: Tts, cue: Cue, signal: AbortSignal): Promise<Begun> {
  if (tts.stream === undefined) {
    return { sound: await wholeSound(tts, cue, signal), whole: Promise.resolve(null) };
  }
  try {
    const { sampleRateHz, pcm } = await tts.stream(cue.text, cue.lang, signal, cue.speaker);
    const sound = new Sound(sampleRateHz);
    const pieces = pcm[Symbol.asyncIterator]();
    while (sound.bytes === 0 && !sound.isWhole) await takeNext(pieces, sound);
    if (sound.bytes === 0) throw new Error('the engine gave no sound');
    return { sound, whole: takeRest(pieces, sound) };
  } catch (thrown) {
    signal.throwIfAborted();
    throw asSpeechError(thrown);
  }
}

async function takeNext(pieces: AsyncIterator<Uint8Array>, sound: Sound): Promise<void> {
  const { done, value } = await pieces.next();
  if (done) sound.end();
  else sound.add(value);
}

async function takeRest(pieces: AsyncIterator<Uint8Array>, sound: Sound): Promise<BoothError | null> {
  try {
    while (!sound.isWhole) await takeNext(pieces, sound);
    return null;
  } catch (thrown) {
    sound.end();
    return asSpeechError(thrown);
  }
}

/** Raises a `BoothError`, or the signal's reason. */
async function wholeSound(tts: Tts, cue: Cue, signal?: AbortSignal): Promise<Sound> {
  try {
    const { wav } = await tts.synthesise(cue.text, cue.lang, signal, cue.speaker);
    const pcm = parseWav(wav);
    if (pcm === null) throw new Error('the engine gave no WAV file');
    return Sound.of(pcm);
  } catch (thrown) {
    signal?.throwIfAborted();
    throw asSpeechError(thrown);
  }
}

export function asUtterance(tts: Tts, cue: Cue, sound: Sound, captureToAudioMs: number | null): Utterance {
  return { cue, sound, voice: `${tts.name}:${tts.voiceFor(cue.lang) ?? 'none'}`, captureToAudioMs };
}

export function asSpeechError(thrown: unknown): BoothError {
  if (thrown instanceof BoothError) return thrown;
  return new BoothError('SPEECH_FAILED', `The voice failed: ${messageOf(thrown)}.`, { cause: thrown });
}
