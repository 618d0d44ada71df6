import type { Picture } from '../pixels.js';
import type { LookEvent, PromptContext } from '../vlm.js';

/**
 * Port: how one stream becomes prompts for a model, and the model's answers become lines or silence. Holds the state of one stream;
 * one look at a time.
 */
export interface Strategy {
  /**
   * Looks at the pictures of one clip, all of the size that the model's `input` says. `cancelled` is asked between all stages and tokens;
   * once true, the look ends as if it had not been. Raises CONFIG_INVALID, CONTEXT_OVERFLOW, INFERENCE_FAILED; the strategy stays usable.
   */
  look(
    pictures: readonly Picture[],
    context: PromptContext,
    cancelled: () => boolean,
  ): AsyncGenerator<LookEvent, void>;
}
