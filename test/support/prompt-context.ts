import type { PromptContext } from '../../src/vlm/vlm.js';

/** A context in which nothing has been said and nothing is known. */
export function promptContext(rest: Partial<PromptContext> = {}): PromptContext {
  return {
    lang: 'en',
    recent: [],
    facts: [],
    summary: '',
    roster: [],
    seconds: null,
    instructions: '',
    speaker: null,
    reasoning: false,
    ...rest,
  };
}
