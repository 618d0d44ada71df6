// How true and how timely the bundled model's commentary is: matches of test seeds, never trained on, made by the simulator, watched by
// Booth and judged against their ground truth. Needs Python 3 with models/kickabout/sim/requirements.txt (numpy and OpenCV) to make
// the matches; PYTHON names another interpreter.
//   npm run eval                                  20 matches of 3 minutes without loss, in English and Chinese
//   npm run eval -- --matches 3 --lang en --json  fewer
//   npm run eval -- --live --matches 3            at the matches' own speed with a voice, and without loss beside it
//   npm run eval -- --live --at-once 4            all 20 so, four at a time on one machine: 45 minutes, and harder than one at a time
//   npm run eval -- --samples                     the passages in samples/, which are there already: no Python needed
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { from, lastValueFrom, mergeMap, toArray } from 'rxjs';
import { readTruth } from '../dist/eval/truth.js';
import { scoreCues } from '../dist/index.js';
import { average } from './average.mjs';
import { execute, machine } from './support.mjs';
import { watch } from './watch.mjs';

/** Test seeds: 2,000,000 to 2,999,999. These follow those that the samples were chosen from. */
const FIRST_SEED = 2_100_000;
const LAST_SEED = 2_999_999;
const LANGUAGES = ['en', 'zh'];
const root = fileURLToPath(new URL('..', import.meta.url));

function fail(message) {
  console.error(`eval: ${message.trim()}`);
  process.exit(2);
}

const OPTIONS = {
  matches: { type: 'string', default: '20' },
  minutes: { type: 'string', default: '3' },
  lang: { type: 'string', default: LANGUAGES.join() },
  model: { type: 'string', default: 'kickabout' },
  dir: { type: 'string', default: join(root, 'out', 'eval') },
  'at-once': { type: 'string', default: '1' },
  live: { type: 'boolean', default: false },
  samples: { type: 'boolean', default: false },
  json: { type: 'boolean', default: false },
};

function checkedOptions() {
  const { values } = parseArgs({ options: OPTIONS });
  const [most, count] = [LAST_SEED - FIRST_SEED + 1, Number(values.matches)];
  if (!Number.isInteger(count) || count < 1 || count > most)
    throw new Error(`--matches ${values.matches}: give a whole number from 1 to ${most}, all of test seeds`);
  const together = Number(values['at-once']);
  if (!Number.isInteger(together) || together < 1 || together > 8)
    throw new Error(`--at-once ${values['at-once']}: give a whole number from 1 to 8 of matches at a time`);
  const unknown = values.lang.split(',').find((lang) => !LANGUAGES.includes(lang));
  if (unknown !== undefined)
    throw new Error(
      `--lang ${values.lang}: "${unknown}" is not judged; give ${LANGUAGES.join(', ')} or both`,
    );
  return values;
}

let values;
try {
  values = checkedOptions();
} catch (error) {
  fail(error.message);
}

async function match(seed) {
  const folder = join(values.dir, `${values.minutes}min`);
  const path = join(folder, `${seed}.mp4`);
  if (existsSync(path)) return path;
  const make = join(root, 'models', 'kickabout', 'make.py');
  const args = [make, '--seed', String(seed), '--minutes', values.minutes, '--out', folder];
  const python = process.env.PYTHON ?? 'python3';
  await execute(python, args).catch((error) => {
    throw error.code === 'ENOENT'
      ? new Error(`${python} is not there; PYTHON names another interpreter`)
      : error;
  });
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
  const judged = await lastValueFrom(
    from(paths).pipe(
      mergeMap(async (path) => {
        const truth = readTruth(await readFile(path.replace(/mp4$/, 'truth.json'), 'utf8'));
        const seen = await watch(path, { lang, mode, model: values.model });
        const [said, heard] = [seen.said, seen.cues].map((cues) => scoreCues(truth, cues, lang));
        if (!values.json)
          process.stderr.write(`${mode} ${lang} ${path}: events F1 ${heard.events.f1?.toFixed(2)}\n`);
        return { seen, said, heard };
      }, Number(values['at-once'])),
      toArray(),
    ),
  );
  const [watched, said, heard] = ['seen', 'said', 'heard'].map((of) => judged.map((one) => one[of]));
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

function print(what, results) {
  if (values.json) {
    console.log(JSON.stringify({ machine: machine(), what, results }, null, 2));
    return;
  }
  const columns = Object.entries(results);
  const rows = [...new Set(columns.flatMap(([, result]) => Object.keys(result)))];
  const cells = (texts) => texts.map((text) => text.padStart(12)).join('');
  console.log(`\n${what}; ${machine()}\n`);
  console.log(`${''.padEnd(30)}${cells(columns.map(([name]) => name))}`);
  for (const row of rows)
    console.log(`${row.padEnd(30)}${cells(columns.map(([, result]) => result[row]?.toFixed(3) ?? '–'))}`);
}

try {
  const [paths, what] = await wanted();
  const results = {};
  for (const lang of values.lang.split(','))
    for (const mode of values.live ? ['offline', 'live'] : ['offline'])
      results[values.live ? `${lang} ${mode}` : lang] = await marks(paths, lang, mode);
  print(what, results);
} catch (error) {
  fail(error.message);
}
