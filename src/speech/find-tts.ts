import type { SpeechConfig } from '../config.js';
import { BoothError } from '../errors.js';
import { findOnPath } from '../process.js';
import { AplaySpeaker } from './aplay.js';
import { type Cast, speedOf } from './cast.js';
import { openEspeak } from './espeak.js';
import { openFestival } from './festival.js';
import { SaySpeaker } from './say.js';
import type { Speaker, Tts } from './tts.js';

/**
 * The engine that makes sound of lines in `lang`, with a voice for each of the `cast`. `auto` (and `say`, which cannot write files) takes
 * espeak-ng, else festival; `null` when none is installed, or none has the language, or speech is off.
 * Raises SPEECH_MISSING when the configuration names an engine that is not there, CONFIG_INVALID for an endpoint without address or key.
 */
export async function findTts(config: SpeechConfig, lang: string, cast: Cast = []): Promise<Tts | null> {
  if (config.engine === 'none') return null;
  const options = { ...config, cast };
  const local = { 'espeak-ng': () => openEspeak(options), festival: () => openFestival(options) };
  // A remote voice hears every line, so it speaks only where it is asked for.
  const engines = { ...local, openai: async () => (await import('./openai.js')).openOpenAiSpeech(options) };
  if (config.engine !== 'auto' && config.engine !== 'say') {
    const tts = await engines[config.engine]();
    if (tts === null) throw missing(config.engine, config.engine);
    if (tts.voiceFor(lang) === null) {
      await tts.close();
      throw new BoothError(
        'SPEECH_MISSING',
        `${config.engine} has no voice for "${lang}"; use the engine auto, or install espeak-ng.`,
      );
    }
    return tts;
  }
  for (const open of Object.values(local)) {
    const tts = await open();
    if (tts !== null && tts.voiceFor(lang) !== null) return tts;
    await tts?.close();
  }
  return null;
}

/**
 * This machine's loudspeaker: npm `say` for the languages that it speaks, else a speech engine through
 * `aplay`. `null` when nothing is installed or speech is off. Whether there is an audio device shows when
 * the first line is spoken. Raises SPEECH_MISSING when the configuration names an engine that is not there.
 */
export async function findSpeaker(
  config: SpeechConfig,
  lang = 'en',
  cast: Cast = [],
): Promise<Speaker | null> {
  if (config.engine === 'none') return null;
  // npm `say` has one voice, so that it is not taken for several speakers unless it was asked for.
  const oneVoice = config.engine === 'auto' && cast.length < 2;
  if (oneVoice || config.engine === 'say' || config.engine === 'festival') {
    const say = await findSay({ ...config, wordsPerMinute: speedOf({ ...config, cast }) }, lang);
    if (say !== null) return say;
    if (config.engine === 'say') throw missing('say', 'festival alsa-utils');
  }
  if ((await findOnPath('aplay')) === null) return null;
  const tts = await findTts(config, lang, cast);
  return tts === null ? null : new AplaySpeaker(tts);
}

async function findSay(config: SpeechConfig, lang: string): Promise<SaySpeaker | null> {
  const say = new SaySpeaker(config);
  if (!say.canSpeak(lang)) return null;
  const programs = process.platform === 'darwin' ? ['say'] : ['festival', 'aplay'];
  const found = await Promise.all(programs.map((program) => findOnPath(program)));
  return found.includes(null) ? null : say;
}

function missing(engine: string, packages: string): BoothError {
  return new BoothError(
    'SPEECH_MISSING',
    `The speech engine "${engine}" is not installed, or does not answer; run: apt-get install -y ${packages} (or leave the engine at auto).`,
  );
}
