import type { DecodeRequest } from '../../../src/vlm/decoding/decode.js';
import { decode } from '../../../src/vlm/decoding/decode.js';
import { upTo } from '../../../src/vlm/decoding/length.js';
import { seededRandom } from '../../../src/vlm/decoding/random.js';
import type { Context, Model } from '../../../src/vlm/model.js';
import { byteLevel } from './vocabularies.js';

/** Tokens that the scripted model scores: some more than its tokenizer has. */
export const SCORED = 400;
/** `<|im_end|>` */
export const END = byteLevel.id('<|im_end|>') as number;

/** A context that has read so many tokens. */
export function contextOf(next: number): Context {
  const cache = { length: next, read: () => Promise.reject(new TypeError('the script reads by itself')) };
  return { cache, next };
}

/** Logits that want `id`, and `second` next. */
export function wanting(id: number, second = 0): Float32Array {
  const logits = new Float32Array(SCORED);
  logits[second] = 5;
  logits[id] = 10;
  return logits;
}

type Script = (read: readonly number[]) => Float32Array;

/** A model that answers by a script, and the ids that it has read. */
export function scripted(script: Script): {
  model: Pick<Model, 'tokenizer' | 'extend'>;
  read: number[];
  prompt: DecodeRequest['prompt'];
} {
  const read: number[] = [];
  const extend: Model['extend'] = async (context, parts) => {
    for (const part of parts) if ('ids' in part) read.push(...part.ids);
    return { logits: script(read), context: contextOf(context.next + 1) };
  };
  return {
    model: { tokenizer: byteLevel, extend },
    read,
    prompt: { logits: script([]), context: contextOf(0) },
  };
}

/** Says `text` token by token, then ends. */
export function saying(text: string): Script {
  const ids = [...byteLevel.encode(text), END];
  return (read) => wanting(ids[read.length] ?? END);
}

/** Runs the loop to its end. */
export async function run(script: Script, request: Partial<DecodeRequest> = {}) {
  const { model, read, prompt } = scripted(script);
  const steps = decode(model, {
    prompt,
    ends: [END],
    forbidden: [],
    length: upTo(200),
    sampling: { temperature: 0, topP: 1, topK: 0, repetitionPenalty: 1 },
    random: seededRandom(0),
    seen: [],
    stop: [],
    cancelled: () => false,
    ...request,
  });
  const texts: string[] = [];
  let step = await steps.next();
  for (; !step.done; step = await steps.next()) texts.push(step.value.text);
  return { texts, read, decoded: step.value };
}
