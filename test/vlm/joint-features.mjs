// node joint-features.mjs <model folder> <device>: how many of three clips went in one run of the vision encoder, and how far their features lie from
// those of runs of their own, as one line of JSON.
import { onnxruntime } from '../../dist/onnx/onnxruntime.js';
import { loadModel } from '../../dist/vlm/model.js';

const [path, device] = process.argv.slice(2);
const options = { device, threads: 1, dtype: 'auto' };
const model = await loadModel(path, options, onnxruntime);
const { input } = model.folder.manifest;
const picture = (seed) => ({
  width: input.width,
  height: input.height,
  pixels: Uint8Array.from(
    { length: input.width * input.height * 3 },
    (_, at) => (at * seed + (at >> 4)) % 256,
  ),
});
const sights = (seed) =>
  [0, 1, 2].map((clip) =>
    model.family.video(
      [2, 3].map((each) => picture(seed + 2 * clip + each)),
      input,
    ),
  );
// The first joint run is made singly as well, and decides whether there are others.
await model.encodeEach(sights(50));
const together = await model.encodeEach(sights(0));
const single = await loadModel(path, options, onnxruntime);
let apart = 0;
for (const [at, sight] of sights(0).slice(0, together.length).entries()) {
  const [block] = await single.encode(sight);
  block.features.forEach((value, i) => {
    apart = Math.max(apart, Math.abs(value - together[at][0].features[i]));
  });
}
process.stdout.write(`${JSON.stringify({ clips: together.length, apart })}\n`);
await Promise.all([model.dispose(), single.dispose()]);
