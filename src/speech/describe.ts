import { findOnPath } from '../process.js';
import { espeakVersion, openEspeak } from './espeak.js';
import { festivalVersion, openFestival } from './festival.js';

/** One way to be heard, for `booth doctor`. */
export interface SpeechReport {
  readonly engine: 'espeak-ng' | 'festival' | 'say';
  /** `files`: sound for the page and for narrated videos. `loudspeaker`: `--speak` on this machine. */
  readonly use: 'files' | 'loudspeaker';
  readonly found: boolean;
  readonly version: string | null;
  /** `null` where the engine has no voice for the language. */
  readonly voices: { readonly en: string | null; readonly zh: string | null };
  /** What to do when it is missing; empty when nothing is. */
  readonly advice: string;
}

const OPTIONS = { wordsPerMinute: 175, timeoutMs: 5_000 };

/** What this machine can speak with. Never raises: a broken engine is a missing one. */
export async function describeSpeech(): Promise<readonly SpeechReport[]> {
  return Promise.all([describeEspeak(), describeFestival(), describeSay()]);
}

async function describeEspeak(): Promise<SpeechReport> {
  const tts = await openEspeak(OPTIONS);
  return {
    engine: 'espeak-ng',
    use: 'files',
    found: tts !== null,
    version: tts && (await espeakVersion()),
    voices: { en: tts?.voiceFor('en') ?? null, zh: tts?.voiceFor('zh') ?? null },
    advice: tts ? '' : 'apt-get install -y espeak-ng',
  };
}

async function describeFestival(): Promise<SpeechReport> {
  const tts = await openFestival(OPTIONS).catch(() => null);
  return {
    engine: 'festival',
    use: 'files',
    found: tts !== null,
    version: tts && (await festivalVersion()),
    voices: { en: tts?.voiceFor('en') ?? null, zh: null },
    advice: tts ? '' : 'apt-get install -y festival festvox-kallpc16k',
  };
}

async function describeSay(): Promise<SpeechReport> {
  const onMac = process.platform === 'darwin';
  const programs = onMac ? ['say'] : ['festival', 'aplay'];
  const found = (await Promise.all(programs.map((program) => findOnPath(program)))).every(Boolean);
  return {
    engine: 'say',
    use: 'loudspeaker',
    found,
    version: found && !onMac ? await festivalVersion() : null,
    voices: { en: found ? 'default' : null, zh: found && onMac ? 'default' : null },
    advice: found || onMac ? '' : 'apt-get install -y festival festvox-kallpc16k alsa-utils',
  };
}
