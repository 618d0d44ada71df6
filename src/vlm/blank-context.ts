import type { PromptContext } from './vlm.js';

/** What the model is told while nothing has been said and nothing is known. */
export function blankContext(lang: string): PromptContext {
  return {
    lang,
    recent: [],
    facts: [],
    summary: '',
    roster: [],
    seconds: null,
    instructions: '',
    speaker: null,
    reasoning: false,
    worn: [],
  };
}
