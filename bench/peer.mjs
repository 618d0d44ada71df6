// The peer: the same graphs, run by transformers.js as its users run them, one whole prompt a call.
import { basename, dirname } from 'node:path';
import { cpuNow } from './support.mjs';

/** Greedy answers of `tokens` tokens to prompts with pictures. `kind` is the peer's class, `pads` what stands for a picture in `ids`. */
export async function openPeer(folder, kind) {
  const peer = await import('@huggingface/transformers');
  const { env, BaseStreamer, Tensor, cat } = peer;
  env.allowRemoteModels = false;
  env.localModelPath = `${dirname(folder)}/`;
  const model = await peer[kind].from_pretrained(basename(folder), { dtype: 'fp32', device: 'cpu' });

  class Clock extends BaseStreamer {
    times = [];
    put() {
      this.times.push({ at: performance.now(), cpu: cpuNow() });
    }
    end() {}
  }

  return {
    version: env.version,
    /** `pixels`: inputs of the vision encoder, one record for each picture, as { name: { type, dims, data } }. */
    async answer(ids, pixels, tokens) {
      const startedAt = performance.now();
      const cpuAt = cpuNow();
      // [1, pictures, 3, height, width] and its mask are joined along the pictures, everything else along the first axis.
      const axis = (name) => (pixels[0][name].dims.length >= 4 ? 1 : 0);
      const tensor = ({ type, data, dims }) => new Tensor(type, data, dims);
      const whole = (name) =>
        cat(
          pixels.map((each) => tensor(each[name])),
          axis(name),
        );
      const inputs = Object.fromEntries(Object.keys(pixels[0]).map((name) => [name, whole(name)]));
      const clock = new Clock();
      const output = await model.generate({
        input_ids: new Tensor('int64', BigInt64Array.from(ids, BigInt), [1, ids.length]),
        attention_mask: new Tensor('int64', new BigInt64Array(ids.length).fill(1n), [1, ids.length]),
        ...inputs,
        max_new_tokens: tokens,
        min_new_tokens: tokens,
        do_sample: false,
        streamer: clock,
      });
      // The streamer is told of the prompt first.
      const [, first, ...later] = clock.times;
      return {
        ids: output.tolist()[0].slice(ids.length).map(Number),
        firstMs: first.at - startedAt,
        decodeMs: later.at(-1).at - first.at,
        decodeCpuMs: later.at(-1).cpu - first.cpu,
        tickMs: performance.now() - startedAt,
        cpuMs: cpuNow() - cpuAt,
      };
    },
    close: () => model.dispose(),
  };
}
