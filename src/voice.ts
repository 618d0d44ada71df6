import { EMPTY, type Observable, share, tap } from 'rxjs';
import type { Closer } from './closer.js';
import type { Config } from './config.js';
import { BoothError } from './errors.js';
import type { Cue } from './media/cue.js';
import type { Utterance } from './media/utterance.js';
import type { Meter } from './meter.js';
import { castOf, type Persona } from './personas/persona.js';
import { findSpeaker, findTts } from './speech/find-tts.js';
import { play } from './speech/play.js';
import { utter } from './speech/utter.js';
import type { UtterDeps } from './speech/utterance.js';

export interface VoiceOptions {
  readonly config: Config;
  readonly persona: Persona;
  /** Make the voice for those who listen elsewhere. */
  readonly serve: boolean;
  /** Speak on this machine's loudspeaker. */
  readonly speak: boolean;
  readonly meter: Meter;
  /** The voice took so many seconds for a text. */
  readonly onSpoken: (text: string, seconds: number) => void;
  readonly deps: UtterDeps;
}

/** What a track's cues sound like, elsewhere and here. */
export interface Voice {
  /** Of the engine's; `null` where nobody listens elsewhere, or nobody speaks. */
  readonly name: string | null;
  readonly utterances: Observable<Utterance>;
  /** Plays on the loudspeaker while it is subscribed to. */
  readonly playback: Observable<unknown>;
}

/** A run without a voice has captions only, which is told once. Raises SPEECH_MISSING where the configuration names an engine that is not there. */
export async function openVoice(
  cues: Observable<Cue>,
  options: VoiceOptions,
  closer: Closer,
): Promise<Voice> {
  const { config, persona, serve, speak, meter, deps } = options;
  const { lang } = config.commentator;
  const cast = castOf(persona);
  const measured = {
    onTurn: meter.voice,
    onSpoken: ({ text }: Cue, seconds: number) => options.onSpoken(text, seconds),
  };
  const tts = serve ? await findTts(config.speech, lang, cast) : null;
  const utterances = tts
    ? cues.pipe(utter(closer.own(tts), { ...deps, ...measured }), tap(meter.utterance), share())
    : EMPTY;
  const speaker = speak ? await findSpeaker(config.speech, lang, cast) : null;
  // Of two voices, one is measured and counted.
  const counted = tts === null ? measured : {};
  const playback = speaker ? cues.pipe(play(closer.own(speaker), { ...deps, ...counted })) : EMPTY;
  const silent = (serve && tts === null) || (speak && speaker === null);
  if (silent && config.speech.engine !== 'none') deps.onWarning?.(noVoice(lang));
  return { name: tts?.voiceFor(lang) ?? null, utterances, playback };
}

function noVoice(lang: string): BoothError {
  const message = `No voice for "${lang}" was found, so there are captions only. Run: sudo apt-get install espeak-ng`;
  return new BoothError('SPEECH_MISSING', message);
}
