import type { CommentatorConfig } from '../config.js';
import { type Cue, isWithdrawn } from '../media/cue.js';

/** What goes with every clip into the model; `PromptContext` of `vlm/vlm.ts` tells what each means. */
export interface MemoryContext {
  readonly lang: string;
  readonly recent: readonly string[];
  readonly facts: readonly string[];
  readonly summary: string;
  readonly roster: readonly string[];
  readonly seconds: number | null;
  readonly instructions: string;
  readonly speaker: string | null;
  readonly reasoning: boolean;
}

/** What was said, as far as the next line needs it. */
export interface Memory {
  context(): MemoryContext;
  /** Remembers a final cue, forgets a withdrawn one, and ignores partial cues. */
  note(cue: Cue): void;
}

/** A memory of the last `recentLines` lines; nothing else is kept. */
export function createMemory(config: Pick<CommentatorConfig, 'lang' | 'recentLines'>): Memory {
  let recent: readonly Cue[] = [];
  return {
    context: () => ({
      lang: config.lang,
      recent: recent.map((cue) => cue.text),
      facts: [],
      summary: '',
      roster: [],
      seconds: null,
      instructions: '',
      speaker: null,
      reasoning: false,
    }),
    note: (cue) => {
      if (!cue.final) return;
      if (isWithdrawn(cue)) recent = recent.filter(({ id }) => id !== cue.id);
      else if (recent.every(({ id }) => id !== cue.id)) recent = [...recent, cue];
      recent = recent.slice(Math.max(0, recent.length - config.recentLines));
    },
  };
}
