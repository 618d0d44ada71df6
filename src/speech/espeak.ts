import { RunFailure, run } from '../process.js';
import { type CastVoice, castVoice, speedOf, type VoiceOptions } from './cast.js';
import type { Speech, Tts } from './tts.js';
import { clamp, voiceLine } from './voice.js';

const COMMAND = 'espeak-ng';

/** Voices to try first; the next is taken where one is missing or cannot read the language's script. */
const PREFERRED: Readonly<Record<string, readonly string[]>> = {
  en: ['en-gb', 'en-us'],
  // Debian's espeak-ng 1.51 reads characters with `cmn` as English letters ("bay five"); other versions
  // lack `cmn-latn-pinyin`.
  zh: ['cmn-latn-pinyin', 'cmn'],
  yue: ['yue'],
};
/** A text by which a voice shows whether it knows the script. */
const SCRIPT_PROBE: Readonly<Record<string, string>> = { zh: '北京', yue: '北京' };

/** `--speed` is in English words; Mandarin at the same setting is a leisurely 3.4 characters a second. */
const SPEED_FACTOR: Readonly<Record<string, number>> = { zh: 1.35, yue: 1.35 };

const VARIANTS = { low: 'm3', high: 'f2' } as const;

/** Builds espeak-ng's adapter; `null` when it is not installed, or does not answer. */
export async function openEspeak(options: VoiceOptions): Promise<Tts | null> {
  try {
    return await openInstalled(options);
  } catch (thrown) {
    if (thrown instanceof RunFailure) return null;
    throw thrown;
  }
}

async function openInstalled(options: VoiceOptions): Promise<Tts> {
  const voices = await installedVoices();
  const chosen = new Map<string, string>();
  for (const [lang, candidates] of Object.entries(PREFERRED)) {
    const voice = await firstThatReads(
      SCRIPT_PROBE[lang],
      candidates.filter((name) => voices.has(name)),
    );
    if (voice) chosen.set(lang, voice);
  }
  return new EspeakTts(options, voices, chosen);
}

/** `1.51`, or `null` when espeak-ng is not installed. */
export async function espeakVersion(): Promise<string | null> {
  const printed = await run(COMMAND, ['--version'], { timeoutMs: 5_000 }).catch(() => null);
  if (printed === null) return null;
  return /(\d+\.\d+[\w.-]*)/.exec(printed.stdout.toString())?.[1] ?? 'unknown';
}

class EspeakTts implements Tts {
  readonly name = COMMAND;

  constructor(
    private readonly options: VoiceOptions,
    /** Language names that `-v` takes: the only values that ever follow it. */
    private readonly voices: ReadonlySet<string>,
    private readonly chosen: ReadonlyMap<string, string>,
  ) {}

  voiceFor(lang: string): string | null {
    const tag = lang.toLowerCase();
    const primary = tag.split('-')[0] ?? tag;
    if (primary in PREFERRED && !(tag !== primary && this.voices.has(tag))) {
      return this.chosen.get(primary) ?? null;
    }
    return [tag, primary].find((name) => this.voices.has(name)) ?? null;
  }

  synthesise(
    text: string,
    lang: string,
    signal?: AbortSignal,
    speaker: string | null = null,
  ): Promise<Speech> {
    const voice = this.voiceFor(lang);
    const factor = SPEED_FACTOR[lang.split('-')[0] ?? lang] ?? 1;
    const speed = clamp(Math.round(speedOf(this.options, speaker) * factor), 80, 450);
    return voiceLine(text, {
      engine: this.name,
      voice,
      lang,
      signal,
      speak: async (line) => {
        const args = [
          '-v',
          withTimbre(voice ?? '', castVoice(this.options.cast, speaker)),
          '-s',
          String(speed),
          '--stdin',
          '--stdout',
        ];
        const { stdout } = await run(COMMAND, args, {
          input: line,
          timeoutMs: this.options.timeoutMs,
          ...(signal ? { signal } : {}),
        });
        return stdout;
      },
    });
  }

  async close(): Promise<void> {}
}

/** The voice in another timbre: `en+f2`. */
function withTimbre(voice: string, { timbre }: CastVoice): string {
  if (timbre === 'plain') return voice;
  // espeak-ng 1.51 takes no variant of `en-gb`, which is the file that `en` names too.
  return `${voice === 'en-gb' ? 'en' : voice}+${VARIANTS[timbre]}`;
}

/** The second column of `espeak-ng --voices`; MBROLA voices are listed even where their data is not installed. */
async function installedVoices(): Promise<ReadonlySet<string>> {
  const { stdout } = await run(COMMAND, ['--voices'], { timeoutMs: 5_000 });
  const rows = stdout.toString().split('\n').slice(1);
  const names = rows
    .filter((row) => !/\smb\/mb-/.test(row))
    .map((row) => row.trim().split(/\s+/)[1])
    .filter((name): name is string => name !== undefined && /^[a-z]{2,3}(-[a-z0-9]+)*$/.test(name));
  return new Set(names);
}

/** A voice that does not know a script switches to English, which its phonemes show as `(en)`. */
async function firstThatReads(probe: string | undefined, voices: readonly string[]): Promise<string | null> {
  if (probe === undefined) return voices[0] ?? null;
  for (const voice of voices) {
    const { stdout } = await run(COMMAND, ['-v', voice, '-q', '-x', '--stdin'], {
      input: probe,
      timeoutMs: 5_000,
    });
    if (!stdout.toString().includes('(en)')) return voice;
  }
  return null;
}
