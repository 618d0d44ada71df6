import { type DecodeRequest, type DecodingModel, decode } from '../../../src/vlm/decoding/decode.js';
import { upTo } from '../../../src/vlm/decoding/length.js';
import { seededRandom } from '../../../src/vlm/decoding/random.js';
import type { KvCache } from '../../../src/vlm/kv-cache.js';
import { idsOf } from '../../../src/vlm/prompt.js';
import type { Context, Reading } from '../../../src/vlm/reading.js';
import { byteLevel } from './vocabularies.js';

/** Tokens that the scripted model scores: some more than its tokenizer has. */
export const SCORED = 400;
/** `<|im_end|>` */
export const END = byteLevel.id('<|im_end|>') as number;

/** A context that has read so many tokens. */
export function contextOf(next: number): Context {
  const cache: KvCache = {
    length: next,
    read: () => Promise.reject(new TypeError('the script reads by itself')),
    first: (length) => contextOf(length).cache,
  };
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

/** A model that answers by a script, the ids that it has read, and how many in each of its runs. */
export function scripted(script: Script): {
  model: DecodingModel;
  read: number[];
  runs: number[];
  prompt: Reading;
} {
  const read: number[] = [];
  const runs: number[] = [];
  const readIn = new Map<Context, readonly number[]>();
  const readEach = (context: Context, ids: readonly number[]): Reading[] => {
    read.push(...ids);
    runs.push(ids.length);
    const before = readIn.get(context) ?? [];
    return ids.map((_, at) => {
      const longer = contextOf(context.next + at + 1);
      readIn.set(longer, [...before, ...ids.slice(0, at + 1)]);
      return { logits: script(readIn.get(longer) ?? []), context: longer };
    });
  };
  const model: DecodingModel = {
    tokenizer: byteLevel,
    extend: async (context, parts) => readEach(context, idsOf(parts)).at(-1) as Reading,
    extendEach: async (context, ids) => readEach(context, ids),
  };
  return { model, read, runs, prompt: { logits: script([]), context: contextOf(0) } };
}

/** Says `text` token by token, then ends. */
export function saying(text: string): Script {
  const ids = [...byteLevel.encode(text), END];
  return (read) => wanting(ids[read.length] ?? END);
}

/** Runs the loop to its end. */
export async function run(script: Script, request: Partial<DecodeRequest> = {}) {
  const { model, read, runs, prompt } = scripted(script);
  const steps = decode(model, {
    prompt,
    ends: [END],
    forbidden: [],
    length: upTo(200),
    sampling: { temperature: 0, topP: 1, topK: 0, repetitionPenalty: 1 },
    random: seededRandom(0),
    seen: [],
    before: [],
    lookahead: 0,
    stop: [],
    cancelled: () => false,
    ...request,
  });
  const texts: string[] = [];
  let step = await steps.next();
  for (; !step.done; step = await steps.next()) texts.push(step.value.text);
  return { texts, read, runs, decoded: step.value };
}
