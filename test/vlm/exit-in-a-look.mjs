// node exit-in-a-look.mjs <model folder>: leaves with exit code 7 while the worker has many looks to answer.
import { DEFAULTS } from '../../dist/config.js';
import { loadVlm } from '../../dist/vlm/load.js';

const vlm = await loadVlm({ ...DEFAULTS.vlm, model: process.argv[2], device: 'cpu' });
const { width, height } = vlm.info.input;
const frame = { index: 0, pts: 0, capturedAt: 0, width, height, pixels: new Uint8Array(width * height * 3) };
const clip = { seq: 0, frames: [frame], start: 0, end: 0, capturedAt: 0, change: 0, sceneCut: false };
const sessions = await Promise.all(Array.from({ length: 40 }, () => vlm.open()));
for (const session of sessions) session.look(clip, { lang: 'en', recent: [] }).next();
setTimeout(() => process.exit(7), 30);
