// node first-logits.mjs <model folder> <device>: the logits after the golden stream's first clip, as one line of JSON.
import { onnxruntime } from '../../dist/onnx/onnxruntime.js';
import { loadModel } from '../../dist/vlm/model.js';

const [path, device] = process.argv.slice(2);
const pictures = JSON.parse(process.env.PICTURES).map(({ width, height, pixels }) => ({
  width,
  height,
  pixels: Buffer.from(pixels, 'base64'),
}));
const model = await loadModel(path, { device, threads: 1, dtype: 'auto' }, onnxruntime);
const { tokens } = model.folder.manifest;
const vision = await model.see(pictures);
const { logits } = await model.extend(model.empty, [
  { ids: JSON.parse(process.env.PREFIX) },
  { ids: [tokens.visionStart] },
  { vision },
  { ids: [tokens.visionEnd] },
]);
process.stdout.write(`${JSON.stringify([...logits])}\n`);
await model.dispose();
