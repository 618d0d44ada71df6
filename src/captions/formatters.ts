import type { CaptionFormat } from '../config-schema.js';
import type { Cue } from '../media/cue.js';
import { captionsOf } from './caption.js';
import { jsonlLine } from './jsonl.js';
import { srtBlock, srtCaptions } from './srt.js';
import { VTT_HEADER, vttBlock } from './vtt.js';
import type { WrapConfig } from './wrap.js';

/** How a format is written one cue at a time. */
export interface CaptionFormatter {
  readonly header: string;
  /** The cue as text, and how many numbered blocks that is; `counter` numbers the first. */
  entry(cue: Cue, counter: number): { readonly text: string; readonly blocks: number };
}

/** One formatter for each caption format. */
export function captionFormatter(format: CaptionFormat, config: WrapConfig): CaptionFormatter {
  return FORMATTERS[format](config);
}

const FORMATTERS: Readonly<Record<CaptionFormat, (config: WrapConfig) => CaptionFormatter>> = {
  vtt: (config) => ({
    header: VTT_HEADER,
    entry: (cue) => {
      const captions = captionsOf(cue, config);
      return { text: captions.map(vttBlock).join(''), blocks: captions.length };
    },
  }),
  srt: (config) => ({
    header: '',
    entry: (cue, counter) => {
      const captions = srtCaptions(cue, config);
      const text = captions.map((caption, index) => srtBlock(caption, counter + index)).join('');
      return { text, blocks: captions.length };
    },
  }),
  jsonl: () => ({ header: '', entry: (cue) => ({ text: jsonlLine(cue), blocks: 1 }) }),
};
