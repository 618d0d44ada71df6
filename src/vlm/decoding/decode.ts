import type { Context, Model } from '../model.js';
import type { LookEvent } from '../vlm.js';
import type { Constraint, ConstraintState } from './constraint.js';
import { isEnough, type LineLength } from './length.js';
import { nextToken, type Sampling, type TokenChoice } from './next-token.js';
import type { Random } from './random.js';
import { certainPart, stopAt } from './stop.js';

export interface DecodeRequest {
  /** What the model made of the prompt. */
  readonly prompt: { readonly logits: Float32Array; readonly context: Context };
  /** Any of these tokens ends the answer. */
  readonly ends: readonly number[];
  /** Tokens that are never said. */
  readonly forbidden: readonly number[];
  readonly length: LineLength;
  readonly sampling: Sampling;
  /** Used above temperature 0. */
  readonly random: Random;
  /** Ids that the repetition penalty counts besides those said. */
  readonly seen: readonly number[];
  /** The answer ends before the first of these texts. */
  readonly stop: readonly string[];
  readonly constraint?: Constraint;
  /** Asked after each run of the model. */
  readonly cancelled: () => boolean;
}

export interface Decoded {
  readonly text: string;
  /** Without the token that ended it; with those of a stop string. */
  readonly ids: readonly number[];
  /** The last of `ids`, where the model has not read it yet. */
  readonly unread: readonly number[];
  readonly context: Context;
  /** Mean probability of the tokens. */
  readonly confidence: number;
  readonly endedBy: 'token' | 'stop' | 'length' | 'constraint';
}

type TextEvent = Extract<LookEvent, { kind: 'text' }>;

/**
 * The one loop that turns logits into an answer: yields the whole text so far each time it has grown, free of half characters and of
 * what may yet become a stop string. Returns `undefined` when cancelled. Raises INFERENCE_FAILED, CONTEXT_OVERFLOW; nothing of
 * the caller's is changed by then.
 */
export async function* decode(
  model: Pick<Model, 'tokenizer' | 'extend'>,
  request: DecodeRequest,
): AsyncGenerator<TextEvent, Decoded | undefined> {
  const { length, stop, ends } = request;
  const said: TokenChoice[] = [];
  const ids: number[] = [];
  let { logits, context } = request.prompt;
  let form = request.constraint?.start(length.most);
  let text = '';
  let shown = '';
  const done = (endedBy: Decoded['endedBy'], whole: string, unread: readonly number[]): Decoded => {
    return { text: whole, ids, unread, context, confidence: confidence(said), endedBy };
  };

  while (said.length < length.most) {
    const choice = choose(logits, request, ids, form);
    if (ends.includes(choice.id)) return done('token', text, []);
    const longer = model.tokenizer.decode([...ids, choice.id]);
    if (form === undefined && isEnough(length, said.length, text, longer)) return done('length', text, []);

    said.push(choice);
    ids.push(choice.id);
    form = form?.after(choice.id);
    text = longer;
    const cut = stopAt(text, stop);
    const certain = cut === undefined ? certainPart(text, stop) : text.slice(0, cut);
    if (certain.length > shown.length) yield { kind: 'text', text: certain, confidence: confidence(said) };
    shown = certain;
    if (cut !== undefined) return done('stop', certain, [choice.id]);
    if (form?.finished) return done('constraint', text, [choice.id]);
    if (said.length === length.most) return done('length', text, [choice.id]);

    ({ logits, context } = await model.extend(context, [{ ids: [choice.id] }], request.cancelled));
    if (request.cancelled()) return undefined;
  }
  return done('length', text, []);
}

function choose(
  logits: Float32Array,
  { ends, forbidden, length, sampling, random, seen }: DecodeRequest,
  ids: readonly number[],
  form: ConstraintState | undefined,
): TokenChoice {
  const mask = (scores: Float32Array) => {
    const ending = ends.map((id) => scores[id] ?? Number.NEGATIVE_INFINITY);
    form?.mask(scores, length.most - ids.length);
    if (form?.complete) for (const [at, id] of ends.entries()) scores[id] = ending[at] as number;
  };
  const rules = { forbidden, sampling, random, seen: [...seen, ...ids] };
  return nextToken(logits, form === undefined ? rules : { ...rules, mask });
}

/** Mean probability of the tokens said. */
function confidence(said: readonly TokenChoice[]): number {
  return said.reduce((sum, { probability }) => sum + probability, 0) / Math.max(1, said.length);
}
