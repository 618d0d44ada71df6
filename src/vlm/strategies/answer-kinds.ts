import type { Reasoning } from '../../media/reasoning.js';
import type { AnswerForm, Decoded } from '../decoding/decode.js';
import type { Forms } from '../decoding/forms.js';
import { IN_JSON, IN_STEPS, reasoningForm, reasoningOf } from '../reasoning.js';
import type { AnswerRequest, PromptContext } from '../vlm.js';
import { isSilence, maySilence, SILENCE } from './silence.js';

/** What a look asks for: how the model is told, what holds it to that, and how its answer is read. */
export interface AnswerKind {
  /** Told to the model. */
  readonly asks: string;
  /** See `Ask` of the decoder. */
  readonly form?: (most: number) => AnswerForm;
  /** What is shown of an answer that grows; `undefined` while that may yet be nothing. */
  shown(text: string): string | undefined;
  /** What an answer came to; `undefined` is silence. */
  read(decoded: Pick<Decoded, 'text' | 'answer'>): { text: string; reasoning?: Reasoning } | undefined;
}

/** What is to be answered in `context`. */
export function answerKind(
  { answer, reasoning }: Pick<PromptContext, 'answer' | 'reasoning'>,
  forms: Forms,
): AnswerKind {
  if (answer !== undefined) return formed(answer, forms);
  return reasoning ? reasoned(forms) : LINE;
}

/** A line, or the agreed silence. */
export const LINE: AnswerKind = {
  asks: `Answer with the line alone, or with exactly ${SILENCE} when nothing new is worth saying.`,
  shown: (text) => (maySilence(text) ? undefined : oneLine(text)),
  read: ({ text }) => (isSilence(text) ? undefined : { text: oneLine(text) }),
};

function reasoned(forms: Forms): AnswerKind {
  return {
    ...LINE,
    asks: `${IN_STEPS} ${IN_JSON}`,
    form: (most) => reasoningForm(forms, most),
    read({ text, answer }) {
      const said = LINE.read({ text, answer });
      return said && { ...said, reasoning: reasoningOf(answer, said.text) };
    },
  };
}

/** Tokens of an answer in a form where nothing else is said: a page of JSON. */
const MOST_FORMED = 512;

function formed(request: AnswerRequest, forms: Forms): AnswerKind {
  const constraint = 'choices' in request ? forms.choices(request.choices) : forms.jsonSchema(request.schema);
  const whole = (text: string) => text;
  return {
    asks:
      'choices' in request
        ? `Answer with exactly one of these, and nothing else: ${request.choices.join(' | ')}`
        : `Answer with JSON by this schema, and nothing else: ${JSON.stringify(request.schema)}`,
    form: (most) => ({ constraint, most: Math.max(most, MOST_FORMED), line: whole }),
    shown: whole,
    read: ({ answer }) => ({ text: answer.trim() }),
  };
}

/** Chat models break lines; a caption is one. */
function oneLine(text: string): string {
  return text.trim().replace(/\s+/g, ' ');
}
