// Booth's side of the comparison: one context that grows, on the runtime of its choice.
import { openRuntime } from '../dist/onnx/choose-runtime.js';
import { loadModel } from '../dist/vlm/model.js';
import { cpuNow } from './support.mjs';

/** Greedy answers of `tokens` tokens, each picture read once. */
export async function openStreamer(folder, runtime) {
  const model = await loadModel(
    folder,
    { device: 'cpu', threads: 0, dtype: 'fp32', input: {} },
    await openRuntime(runtime),
  );
  let context = model.empty;
  let unread = [];

  return {
    model,
    /** Vision inputs of one picture: what the family makes of it. */
    sight: (picture) => model.family.images([picture]),
    async answer(before, sight, after, tokens) {
      const startedAt = performance.now();
      const [vision] = await model.encode(sight);
      const seenAt = performance.now();
      let read = await model.extend(context, [{ ids: [...unread, ...before] }, { vision }, { ids: after }]);
      const said = [greedy(read.logits, model.folder.endOfText)];
      const firstAt = performance.now();
      const cpuAt = cpuNow();
      while (said.length < tokens) {
        read = await model.extend(read.context, [{ ids: [said.at(-1)] }]);
        said.push(greedy(read.logits, model.folder.endOfText));
      }
      const endedAt = performance.now();
      context = read.context;
      unread = [said.at(-1)];
      return {
        ids: said,
        visionMs: seenAt - startedAt,
        prefillMs: firstAt - seenAt,
        firstMs: firstAt - startedAt,
        decodeMs: endedAt - firstAt,
        decodeCpuMs: cpuNow() - cpuAt,
        tickMs: endedAt - startedAt,
      };
    },
    close: () => model.dispose(),
  };
}

/** The likeliest token that does not end the text: both sides answer with a fixed number of tokens. */
function greedy(logits, ends) {
  let best = -1;
  for (let id = 0; id < logits.length; id += 1)
    if (!ends.includes(id) && (best < 0 || logits[id] > logits[best])) best = id;
  return best;
}
