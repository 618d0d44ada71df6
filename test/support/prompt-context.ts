import { blankContext } from '../../src/vlm/blank-context.js';
import type { PromptContext } from '../../src/vlm/vlm.js';

/** A context in which nothing has been said and nothing is known, but for `rest`. */
export function promptContext(rest: Partial<PromptContext> = {}): PromptContext {
  return { ...blankContext('en'), ...rest };
}
