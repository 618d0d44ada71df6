import { z } from 'zod';
import type { Reasoning } from '../media/reasoning.js';
import type { AnswerForm } from './decoding/decode.js';
import type { Forms } from './decoding/forms.js';
import type { AnswerSchema } from './decoding/json-schema.js';
import { PartialField } from './partial-field.js';

/** What each step of an answer in steps is for. */
export const STEPS: Readonly<Record<keyof Reasoning, string>> = {
  observe: 'observe what is in the frames',
  analyse: 'analyse what changed since the lines before',
  reason: 'reason what of it matters now and is certain',
  conclude: 'conclude with the line to say',
};

/** The spoken step. */
export const CONCLUDE = 'conclude';

/** What a model is told that answers in steps, as JSON or otherwise. */
export const IN_STEPS = `Think in four short steps: ${STEPS.observe}; ${STEPS.analyse}; ${STEPS.reason}; ${STEPS.conclude}. Only the last is spoken.`;
export const IN_JSON = `Answer with JSON: {"observe": "…", "analyse": "…", "reason": "…", "${CONCLUDE}": "the line"}, or null for "${CONCLUDE}" to stay silent.`;

/** Characters of each step that is not spoken: a sentence or two. */
const LONGEST_STEP = 160;

/** Tokens of the steps and of the JSON around them where no character takes more than one, as few do. */
const TOKENS_OF_STEPS = 3 * LONGEST_STEP + 40;

const step = { type: 'string', maxLength: LONGEST_STEP } as const;
const SCHEMA: AnswerSchema = {
  type: 'object',
  properties: { observe: step, analyse: step, reason: step, [CONCLUDE]: { type: ['string', 'null'] } },
};

/** The form of an answer in steps whose line has up to `most` tokens. Raises MODEL_INVALID for a tokenizer that it does not know. */
export function reasoningForm(forms: Forms, most: number): AnswerForm {
  return { constraint: forms.jsonSchema(SCHEMA), most: most + TOKENS_OF_STEPS, line: conclusion };
}

function conclusion(answer: string): string {
  const field = new PartialField([CONCLUDE]);
  field.push(answer);
  return field.soFar;
}

const answerSchema = z.object({
  observe: z.string(),
  analyse: z.string(),
  reason: z.string(),
  conclude: z.string().nullable(),
});

/** The steps of an answer in the form above, with the line as it is said; empty for a silence. */
export function reasoningOf(answer: string, line: string): Reasoning {
  const { observe, analyse, reason } = answerSchema.parse(JSON.parse(answer));
  return { observe: observe.trim(), analyse: analyse.trim(), reason: reason.trim(), conclude: line };
}
