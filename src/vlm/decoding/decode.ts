import type { Model } from '../model.js';
import type { Context, Reading } from '../reading.js';
import type { LookEvent } from '../vlm.js';
import type { Constraint, ConstraintState } from './constraint.js';
import { isEnough, type LineLength } from './length.js';
import { Lookahead, type LookaheadOptions } from './lookahead.js';
import { nextToken, type Sampling, type TokenChoice } from './next-token.js';
import type { Steer } from './other-words.js';
import type { Random } from './random.js';
import { certainPart, stopAt } from './stop.js';

/** What decoding needs of a model. */
export type DecodingModel = Pick<Model, 'tokenizer' | 'extend' | 'extendEach'>;

export interface DecodeRequest extends LookaheadOptions {
  /** What the model made of the prompt. */
  readonly prompt: Reading;
  /** Tokens that are never said. */
  readonly forbidden: readonly number[];
  /** Of the line. */
  readonly length: LineLength;
  readonly sampling: Sampling;
  /** Used above temperature 0. */
  readonly random: Random;
  /** Ids that the repetition penalty counts besides those said. */
  readonly seen: readonly number[];
  /** The line ends before the first of these texts. */
  readonly stop: readonly string[];
  readonly form?: AnswerForm;
  /** Of answers without a form. */
  readonly steer?: Steer;
  /** Asked after each run of the model. */
  readonly cancelled: () => boolean;
}

/** An answer of which the line is only a part. */
export interface AnswerForm {
  readonly constraint: Constraint;
  /** Most tokens of the whole answer. */
  readonly most: number;
  /** The line, as far as it has come, in the answer so far. */
  readonly line: (answer: string) => string;
}

export interface Decoded {
  /** The line. */
  readonly text: string;
  /** All that the model answered: the line, where there is no form. */
  readonly answer: string;
  /** Without the token that ended it; with those of a stop string. */
  readonly ids: readonly number[];
  /** The last of `ids`, where the model has not read it yet. */
  readonly unread: readonly number[];
  readonly context: Context;
  /** Mean probability of the line's tokens. */
  readonly confidence: number;
  readonly endedBy: 'token' | 'stop' | 'length' | 'form';
}

type TextEvent = Extract<LookEvent, { kind: 'text' }>;

/**
 * The one loop that turns logits into a line: yields the whole of it so far each time it has grown, free of half characters and of
 * what may yet become a stop string. Returns `undefined` when cancelled. Raises INFERENCE_FAILED, CONTEXT_OVERFLOW, and CONFIG_INVALID for
 * a form that its limit cannot hold; nothing of the caller's is changed by then.
 */
export async function* decode(
  model: DecodingModel,
  request: DecodeRequest,
): AsyncGenerator<TextEvent, Decoded | undefined> {
  const { length, stop, ends, form } = request;
  const lineOf = form?.line ?? ((answer: string) => answer);
  const ids: number[] = [];
  /** Of the line's tokens. */
  const said: TokenChoice[] = [];
  const lookahead = new Lookahead(model, request);
  let { logits, context } = request.prompt;
  let most = form?.most ?? length.most;
  let state = form?.constraint.start(most);
  let answer = '';
  let line = '';
  let shown = '';
  const done = (endedBy: Decoded['endedBy'], unread: readonly number[]): Decoded => {
    const cut = stopAt(line, stop);
    const text = cut === undefined ? line : line.slice(0, cut);
    return { text, answer, ids, unread, context, confidence: confidence(said), endedBy };
  };

  while (ids.length < most) {
    let choice = choose(logits, request, { ids, answer }, state, most - ids.length);
    if (ends.includes(choice.id)) return done('token', []);
    let longer = model.tokenizer.decode([...ids, choice.id]);
    if (isEnough(length, said.length, line, lineOf(longer))) {
      if (state === undefined) return done('length', []);
      // The line is long enough: from here on the answer takes the shortest way to its end.
      most = Math.min(most, ids.length + state.least);
      choice = choose(logits, request, { ids, answer }, state, most - ids.length);
      longer = model.tokenizer.decode([...ids, choice.id]);
    }

    ids.push(choice.id);
    state = state?.after(choice.id);
    answer = longer;
    const before = line;
    line = lineOf(answer);
    if (form === undefined || line !== before) said.push(choice);
    const cut = stopAt(line, stop);
    const certain = cut === undefined ? certainPart(line, stop) : line.slice(0, cut);
    if (certain.length > shown.length) yield { kind: 'text', text: certain, confidence: confidence(said) };
    shown = certain;
    if (cut !== undefined && state === undefined) return done('stop', [choice.id]);
    if (cut !== undefined && state !== undefined) most = Math.min(most, ids.length + state.least);
    if (state?.finished) return done('form', [choice.id]);
    if (ids.length === most) return done('length', [choice.id]);

    ({ logits, context } = await lookahead.read(context, choice.id, most - ids.length));
    if (request.cancelled()) return undefined;
  }
  return done('length', []);
}

/** The next token where `left` may still come. */
function choose(
  logits: Float32Array,
  { ends, forbidden, sampling, random, seen, steer }: DecodeRequest,
  { ids, answer }: Pick<Decoded, 'ids' | 'answer'>,
  state: ConstraintState | undefined,
  left: number,
): TokenChoice {
  const rules = { forbidden, sampling, random, seen: [...seen, ...ids] };
  if (state === undefined) {
    const steered = steer?.(answer);
    return nextToken(logits, steered ? { ...rules, mask: steered } : rules);
  }
  const mask = (scores: Float32Array) => {
    const ending = ends.map((id) => scores[id] ?? Number.NEGATIVE_INFINITY);
    state.mask(scores, left);
    if (state.complete) for (const [at, id] of ends.entries()) scores[id] = ending[at] as number;
  };
  return nextToken(logits, { ...rules, mask });
}

/** Mean probability of the tokens said. */
function confidence(said: readonly TokenChoice[]): number {
  return said.reduce((sum, { probability }) => sum + probability, 0) / Math.max(1, said.length);
}
