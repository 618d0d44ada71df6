// Measures Booth on this machine. Every comparison is made in one run, as a ratio.
//   npm run bench                 all of it
//   npm run bench -- source       one part: source, live, offline, memory, engine, lookahead, leak
//   npm run bench -- leak               a quarter of an hour of stream by each runtime, some looks given up: 3 minutes; exit code 1 when memory grows
//   npm run bench -- leak --hours 2     every night (npm run nightly): 28,800 looks, a quarter of an hour; engine simulates 2 hours, or so many
//   npm run bench -- leak --model test/fixtures/tiny-qwen2_5_vl     with a model that costs little
//   npm run bench -- --json       for programs
import { parseArgs } from 'node:util';
import { benchEngine } from './engine.mjs';
import { benchLive } from './live.mjs';
import { benchLeak } from './long.mjs';
import { benchLookahead } from './lookahead.mjs';
import { benchMemory } from './memory.mjs';
import { benchOffline } from './offline.mjs';
import { benchSource } from './source.mjs';
import { machine } from './support.mjs';

const parts = {
  source: benchSource,
  live: benchLive,
  offline: benchOffline,
  memory: benchMemory,
  engine: benchEngine,
  lookahead: benchLookahead,
  leak: benchLeak,
};

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    json: { type: 'boolean', default: false },
    hours: { type: 'string' },
    model: { type: 'string' },
  },
});
const unknown = positionals.filter((name) => !(name in parts));
if (unknown.length > 0) {
  console.error(`bench: unknown part "${unknown[0]}"; known: ${Object.keys(parts).join(', ')}`);
  process.exit(2);
}

const asked = {
  ...(values.hours !== undefined && { hours: Number(values.hours) }),
  ...(values.model !== undefined && { model: values.model }),
};
if (Number.isNaN(asked.hours)) {
  console.error(`bench: --hours is a number, not "${values.hours}"`);
  process.exit(2);
}
const results = { machine: machine() };
if (!values.json) console.log(`${results.machine}\n`);
for (const [name, measure] of Object.entries(parts)) {
  if (positionals.length > 0 && !positionals.includes(name)) continue;
  const { title, rows, numbers, faults = [] } = await measure(asked);
  results[name] = numbers;
  for (const fault of faults) {
    console.error(`bench: ${fault}`);
    process.exitCode = 1;
  }
  if (values.json) continue;
  console.log(title);
  for (const [what, value] of rows) console.log(`  ${what.padEnd(34)} ${value}`);
  console.log('');
}
if (values.json) console.log(JSON.stringify(results, null, 2));
