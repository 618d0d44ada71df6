// Booth's side of the comparison: one context that grows, on the runtime of its choice.
import { openRuntime } from '../dist/onnx/choose-runtime.js';
import { decode } from '../dist/vlm/decoding/decode.js';
import { upTo } from '../dist/vlm/decoding/length.js';
import { nextToken } from '../dist/vlm/decoding/next-token.js';
import { loadModel } from '../dist/vlm/model.js';
import { cpuNow } from './support.mjs';

const GREEDY = { temperature: 0, topP: 1, topK: 0, repetitionPenalty: 1 };

/** Greedy answers of `tokens` tokens, each picture read once; `lookahead` as in the configuration. */
export async function openStreamer(folder, runtime, lookahead) {
  const model = await loadModel(
    folder,
    { device: 'cpu', threads: 0, dtype: 'fp32', input: {} },
    await openRuntime(runtime),
  );
  const { endOfText } = model.folder;
  const text = [];
  let context = model.empty;
  let unread = [];

  /** Both sides answer with a fixed number of tokens: none of them ends the text. */
  async function answered(prompt, tokens, most) {
    const counted = countingRuns(model);
    const request = {
      prompt,
      ends: [],
      forbidden: endOfText,
      length: upTo(tokens),
      sampling: GREEDY,
      random: Math.random,
      seen: [],
      stop: [],
      lookahead: most,
      before: text,
      cancelled: () => false,
    };
    const startedAt = performance.now();
    const cpuAt = cpuNow();
    const steps = decode(counted.model, request);
    let step = await steps.next();
    while (!step.done) step = await steps.next();
    return {
      ids: step.value.ids,
      context: step.value.context,
      ms: performance.now() - startedAt,
      cpuMs: cpuNow() - cpuAt,
      guessed: counted.counts().guessed,
      // All but the last token were read, some of them in the run of another.
      right: step.value.ids.length - 1 - counted.counts().runs,
    };
  }

  return {
    model,
    /** Vision inputs of one picture: what the family makes of it. */
    sight: (picture) => model.family.images([picture]),
    /** With `compared`, the answer is decoded token by token first, and then anew with lookahead. */
    async answer(before, sight, after, tokens, compared) {
      const startedAt = performance.now();
      const cpuAt = cpuNow();
      const [vision] = await model.encode(sight);
      const seenAt = performance.now();
      const parts = [{ ids: [...unread, ...before] }, { vision }, { ids: after }];
      const read = await model.extend(context, parts);
      nextToken(read.logits, { forbidden: endOfText });
      const firstMs = performance.now() - startedAt;
      const firstCpuMs = cpuNow() - cpuAt;
      const single = compared ? await answered(read, tokens, 0) : undefined;
      const decoded = await answered(read, tokens, lookahead);
      text.push(...before, ...after, ...decoded.ids);
      context = decoded.context;
      unread = decoded.ids.slice(-1);
      return {
        ids: decoded.ids,
        single,
        visionMs: seenAt - startedAt,
        prefillMs: firstMs - (seenAt - startedAt),
        firstMs,
        decodeMs: decoded.ms,
        decodeCpuMs: decoded.cpuMs,
        guessed: decoded.guessed,
        right: decoded.right,
        tickMs: firstMs + decoded.ms,
        cpuMs: firstCpuMs + decoded.cpuMs,
      };
    },
    close: () => model.dispose(),
  };
}

/** The model, and what its decoder has run for tokens of answers: how often, with how many tokens guessed, how long. */
export function countingRuns(model) {
  const counts = { runs: 0, guessed: 0, cpuMs: 0 };
  const counted = async (guessed, run) => {
    const startedAt = cpuNow();
    const result = await run();
    counts.runs += 1;
    counts.guessed += guessed;
    counts.cpuMs += cpuNow() - startedAt;
    return result;
  };
  return {
    model: {
      ...model,
      extend(context, parts, ...rest) {
        const run = () => model.extend(context, parts, ...rest);
        return parts.some((part) => 'vision' in part) ? run() : counted(0, run);
      },
      extendEach(context, ids, ...rest) {
        return counted(ids.length - 1, () => model.extendEach(context, ids, ...rest));
      },
    },
    counts: () => ({ ...counts }),
  };
}
