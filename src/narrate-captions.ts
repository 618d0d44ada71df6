import { readFile } from 'node:fs/promises';
import { readJsonl } from './captions/jsonl.js';
import type { Config } from './config.js';
import { BoothError } from './errors.js';
import { narrate } from './narration/narrate.js';
import { loadPersona } from './personas/load-persona.js';
import { castOf } from './personas/persona.js';
import type { SourceInfo } from './source/source.js';
import { findTts } from './speech/find-tts.js';
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

/**
 * The composition after the run: caption files → voice → narrated video. It reads the files, so that what is heard
 * is what was written, and memory stays flat. Resolves with the number of lines that could not be spoken.
 */
export async function narrateCaptions(options: NarrateCaptionsOptions): Promise<{ unspoken: number }> {
  const { config, captions, signal, onWarning } = options;
  const { lang } = config.commentator;
  const cast = castOf(loadPersona(config.commentator.persona));
  const tts = await findTts(config.speech, lang, cast);
  if (tts === null) {
    const message = `No voice for "${lang}" was found, so no narrated video was made. Run: sudo apt-get install espeak-ng`;
    throw new BoothError('SPEECH_MISSING', message);
  }
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
