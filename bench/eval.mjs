// How true and how timely the bundled model's commentary is: matches of test seeds, never trained on, made by the simulator, watched by
// Booth and judged against their ground truth. Needs Python 3 with models/kickabout/sim/requirements.txt (numpy and OpenCV) to make
// the matches; PYTHON names another interpreter.
//   npm run eval                                  20 matches of 3 minutes without loss, in English and Chinese
//   npm run eval -- --matches 3 --lang en --json  fewer
//   npm run eval -- --live --matches 3            at the matches' own speed with a voice, and without loss beside it
//   npm run eval -- --samples                     the passages in samples/, which are there already: no Python needed
import { existsSync } from 'node:fs';
import { mkdir, readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { readTruth } from '../dist/eval/truth.js';
import { scoreCues } from '../dist/index.js';
import { average } from './average.mjs';
import { execute, machine } from './support.mjs';
import { watch } from './watch.mjs';

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
    live: { type: 'boolean', default: false },
    samples: { type: 'boolean', default: false },
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

/** [videos, what they are] */
async function wanted() {
  if (values.samples) {
    const samples = ['match', 'calm', 'replay'].map((name) => join(root, 'samples', `${name}.mp4`));
    return [samples, 'the passages in samples/'];
  }
  const seeds = Array.from({ length: Number(values.matches) }, (_, index) => FIRST_SEED + index);
  const paths = [];
  for (const seed of seeds) paths.push(await match(seed));
  return [paths, `${seeds.length} matches of ${values.minutes} minutes, seeds ${seeds[0]}–${seeds.at(-1)}`];
}

/** Marks of one language by the way of watching, over all videos. */
async function marks(paths, lang, mode) {
  const [said, heard, watched] = [[], [], []];
  for (const path of paths) {
    const truth = readTruth(await readFile(path.replace(/mp4$/, 'truth.json'), 'utf8'));
    const seen = await watch(path, { lang, mode, model: values.model });
    watched.push(seen);
    said.push(scoreCues(truth, seen.said, lang));
    heard.push(scoreCues(truth, seen.cues, lang));
    const f1 = heard.at(-1).events.f1?.toFixed(2);
    if (!values.json) process.stderr.write(`${mode} ${lang} ${path}: events F1 ${f1}\n`);
  }
  const sum = (pick) => watched.reduce((total, seen) => total + pick(seen), 0);
  const known = (pick) => watched.map(pick).filter((value) => value !== null && value !== undefined);
  const worst = (pick) => Math.max(...known(pick));
  const least = (pick) => Math.min(...known(pick));
  const live = {
    'capture → caption p95, ms': worst(({ stats }) => stats.captureToCaption?.p95),
    'capture → voice p95, ms': worst(({ stats }) => stats.captureToAudio?.p95),
    'capture → voice worst, ms': worst(({ stats }) => stats.captureToAudio?.max),
    // Below zero: every line was in time, the latest by so much.
    'voice: most over budget, ms': -least(({ stats }) => stats.voice.leastToSpareMs),
    'voice: lines spoken': sum(({ stats }) => stats.voice.begun),
    'voice: lines cut': sum(({ stats }) => stats.voice.cut),
    'voice: too late to speak': sum(({ stats }) => stats.voice.late),
    'clips dropped': sum(({ stats }) => stats.drops.overload),
  };
  return {
    ...average(heard),
    "events F1, the model's own": average(said)['events F1'],
    'tick, ms': sum(({ msPerTick }) => msPerTick) / watched.length,
    'stale lines, not captioned': sum(({ stats }) => stats.drops.stale - stats.voice.late),
    ...(mode === 'live' ? live : {}),
  };
}

const [paths, what] = await wanted();
const results = {};
for (const lang of values.lang.split(','))
  for (const mode of values.live ? ['offline', 'live'] : ['offline'])
    results[values.live ? `${lang} ${mode}` : lang] = await marks(paths, lang, mode);

if (values.json) console.log(JSON.stringify({ machine: machine(), what, results }, null, 2));
else {
  const columns = Object.entries(results);
  const rows = [...new Set(columns.flatMap(([, result]) => Object.keys(result)))];
  const cells = (texts) => texts.map((text) => text.padStart(12)).join('');
  console.log(`\n${what}; ${machine()}\n`);
  console.log(`${''.padEnd(30)}${cells(columns.map(([name]) => name))}`);
  for (const row of rows)
    console.log(`${row.padEnd(30)}${cells(columns.map(([, result]) => result[row]?.toFixed(3) ?? '–'))}`);
}
