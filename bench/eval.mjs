// How true the bundled model's commentary is: matches of test seeds, never trained on, made by the simulator, watched by Booth
// without loss, and judged against their ground truth. Needs Python 3 with models/kickabout/requirements.txt (numpy and OpenCV);
// PYTHON names another interpreter.
//   npm run eval                                  20 matches of 3 minutes, in English and Chinese
//   npm run eval -- --matches 3 --lang en --json  a shorter form

import { existsSync } from 'node:fs';
import { mkdir, readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { readCues } from '../dist/eval/cues.js';
import { readTruth } from '../dist/eval/truth.js';
import { makeConfig, openBooth, scoreCues, writeJsonl } from '../dist/index.js';
import { average } from './average.mjs';
import { execute, machine } from './support.mjs';

/** Test seeds: 2,000,000 to 2,999,999. These follow those that the samples were chosen from. */
const FIRST_SEED = 2_100_000;
const root = fileURLToPath(new URL('..', import.meta.url));

const { values } = parseArgs({
  options: {
    matches: { type: 'string', default: '20' },
    minutes: { type: 'string', default: '3' },
    lang: { type: 'string', default: 'en,zh' },
    model: { type: 'string', default: 'kickabout' },
    dir: { type: 'string', default: join(root, 'out', 'eval') },
    json: { type: 'boolean', default: false },
  },
});

async function match(seed) {
  const folder = join(values.dir, `${values.minutes}min`);
  const path = join(folder, `${seed}.mp4`);
  if (existsSync(path)) return path;
  const making = join(folder, 'making');
  await mkdir(making, { recursive: true });
  const make = join(root, 'models', 'kickabout', 'make.py');
  const args = [make, '--seed', String(seed), '--minutes', values.minutes, '--out', making];
  await execute(process.env.PYTHON ?? 'python3', args);
  for (const name of [`${seed}.truth.json`, `${seed}.mp4`])
    await rename(join(making, name), join(folder, name));
  return path;
}

async function watch(input, lang) {
  const config = makeConfig({ vlm: { model: values.model }, commentator: { lang } });
  const booth = await openBooth({ input, mode: 'offline', config });
  const forms = [];
  booth.cues.subscribe((cue) => forms.push(cue));
  const startedAt = performance.now();
  try {
    const { stats } = await booth.run();
    return { cues: readCues(writeJsonl(forms)), msPerTick: (performance.now() - startedAt) / stats.ticks };
  } finally {
    await booth.close();
  }
}

const results = {};
const seeds = Array.from({ length: Number(values.matches) }, (_, index) => FIRST_SEED + index);
for (const lang of values.lang.split(',')) {
  const scores = [];
  const ticks = [];
  for (const seed of seeds) {
    const path = await match(seed);
    const { cues, msPerTick } = await watch(path, lang);
    scores.push(scoreCues(readTruth(await readFile(path.replace(/mp4$/, 'truth.json'), 'utf8')), cues, lang));
    ticks.push(msPerTick);
    if (!values.json)
      process.stderr.write(`${lang} ${seed}: events F1 ${scores.at(-1).events.f1?.toFixed(2)}\n`);
  }
  results[lang] = { ...average(scores), msPerTick: ticks.reduce((sum, ms) => sum + ms, 0) / ticks.length };
}

if (values.json) {
  console.log(
    JSON.stringify(
      { machine: machine(), seeds: [seeds[0], seeds.at(-1)], minutes: Number(values.minutes), results },
      null,
      2,
    ),
  );
} else {
  const names = Object.keys(Object.values(results)[0]);
  console.log(
    `\n${seeds.length} matches of ${values.minutes} minutes, seeds ${seeds[0]}–${seeds.at(-1)}; ${machine()}\n`,
  );
  console.log(
    `${''.padEnd(28)}${Object.keys(results)
      .map((lang) => lang.padStart(8))
      .join('')}`,
  );
  for (const name of names) {
    const row = Object.values(results).map((result) =>
      (result[name] === null ? '–' : result[name].toFixed(3)).padStart(8),
    );
    console.log(`${name.padEnd(28)}${row.join('')}`);
  }
}
