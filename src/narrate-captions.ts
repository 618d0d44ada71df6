import { readFile } from 'node:fs/promises';
import { readJsonl } from './captions/jsonl.js';
import type { Config } from './config.js';
import { BoothError } from './errors.js';
import { checkNarratable, narrate } from './narration/narrate.js';
import { loadPersona } from './personas/load-persona.js';
import { castOf } from './personas/persona.js';
import type { SourceInfo } from './source/source.js';
import { findTts } from './speech/find-tts.js';
import type { Tts } from './speech/tts.js';
import { utterances } from './speech/utter.js';

export interface NarrateCaptionsOptions {
  /** The file or URL that the captions are of. */
  readonly input: string;
  readonly source: SourceInfo;
  /** Seconds of the programme. */
  readonly duration: number;
  /** What a run wrote. */
  readonly captions: { readonly jsonl: string; readonly vtt: string };
  /** The MP4 to write. */
  readonly out: string;
  readonly config: Config;
  readonly signal?: AbortSignal;
  readonly onWarning?: (error: BoothError) => void;
  /** Gets 0–1 as the work goes on. */
  readonly onProgress?: (share: number) => void;
}

/** Raises what would keep a video from being made, before hours are spent on its captions: NARRATION_FAILED, SPEECH_MISSING. */
export async function checkNarration({
  input,
  out,
  config,
}: Pick<NarrateCaptionsOptions, 'input' | 'out' | 'config'>): Promise<void> {
  await checkNarratable(input, out);
  const tts = await openVoice(config);
  await tts.close();
}

/**
 * The composition after the run: caption files → voice → narrated video. It reads the files, so that what is heard
 * is what was written, and memory stays flat. Resolves with the number of lines that could not be spoken.
 */
export async function narrateCaptions(options: NarrateCaptionsOptions): Promise<{ unspoken: number }> {
  const { config, captions, signal, onWarning } = options;
  const { lang } = config.commentator;
  const tts = await openVoice(config);
  let unspoken = 0;
  const deps = {
    onDrop: () => {
      unspoken += 1;
    },
    ...(onWarning && { onWarning }),
    ...(signal && { signal }),
  };
  try {
    await narrate({
      input: options.input,
      hasAudio: options.source.hasAudio,
      duration: options.duration,
      utterances: utterances(tts, readJsonl(await readFile(captions.jsonl, 'utf8')), deps),
      captions: captions.vtt,
      lang,
      out: options.out,
      config: config.narration,
      ...(signal && { signal }),
      ...(options.onProgress && { onProgress: options.onProgress }),
    });
  } finally {
    await tts.close();
  }
  return { unspoken };
}

async function openVoice({ commentator, speech }: Config): Promise<Tts> {
  const { lang, persona } = commentator;
  const tts = await findTts(speech, lang, castOf(loadPersona(persona)));
  if (tts !== null) return tts;
  const why =
    speech.engine === 'none'
      ? 'A narrated video needs a voice, and the speech engine is "none". Choose another.'
      : `No voice for "${lang}" was found, so no narrated video can be made. Run: sudo apt-get install espeak-ng`;
  throw new BoothError('SPEECH_MISSING', why);
}
