// Hours of a stream through the model's worker, as fast as it goes: a tick must cost the same at the end as at the beginning, memory must stay,
// and the main thread must stay free. The bundled match is played again and again, each time with other pixels, so that no feature is reused.
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { DEFAULTS } from '../dist/config.js';
import { watchMainThread } from './main-thread.mjs';
import { openPlayer, ROUND_SECONDS } from './player.mjs';
import { median } from './support.mjs';

/** So long the main thread is watched without inference: what pauses then is the machine's doing. */
const QUIET_MS = 10_000;

/** Of the looks that a leak is looked for with, so many are given up at a random moment. */
const CANCELLED_SHARE = 0.1;

export async function benchLong({ hours, runtime, model = DEFAULTS.vlm.model, cancelledShare = 0, onRound }) {
  const rounds = Math.max(LEAST_ROUNDS, Math.ceil((hours * 3_600) / ROUND_SECONDS));
  const player = await openPlayer({ model, runtime, cancelledShare });
  const mainThread = watchMainThread();
  let fresh;
  try {
    const quiet = monitorEventLoopDelay({ resolution: 1 });
    quiet.enable();
    await sleep(QUIET_MS);
    quiet.disable();
    const pauses = monitorEventLoopDelay({ resolution: 1 });
    const played = [];
    for (let round = 0; round < rounds; round += 1) {
      if (round === 1) {
        pauses.enable();
        mainThread.start();
      }
      played.push(await player.round());
      onRound?.({ round, rounds, mib: played.at(-1).mib });
    }
    pauses.disable();
    mainThread.stop();
    fresh = await openPlayer({ model, runtime, cancelledShare });
    const pairs = await inTurns(player, fresh);
    const cancelled = played.reduce((sum, each) => sum + each.cancelled, 0);
    return {
      ticks: rounds * player.ticksPerRound,
      cancelled,
      hours: (rounds * ROUND_SECONDS) / 3_600,
      ...growthOf(played, pairs),
      pauseMs: percentiles(pauses),
      quietPauseMs: percentiles(quiet),
      longestWorkMs: mainThread.longestMs(),
    };
  } finally {
    mainThread.stop();
    await Promise.all([player.close(), fresh?.close()]);
  }
}

/** The stream that is hours old and one that is a minute old, look by look in turns: the machine changes its own pace over the minutes between. */
async function inTurns(old, young) {
  await young.round();
  const pairs = [];
  for (let round = 0; round < ENDS; round += 1)
    for (let seq = 0; seq < old.ticksPerRound; seq += 1)
      pairs.push({ old: await old.look(seq), young: await young.look(seq) });
  return pairs;
}

/** The first round starts everything up; the second is minute 1. Three rounds at each end, since other programs run here too. */
const ENDS = 3;
const LEAST_ROUNDS = 1 + 2 * ENDS;

function growthOf(played, pairs) {
  const ends = (values) => ({ early: median(values.slice(1, 1 + ENDS)), late: median(values.slice(-ENDS)) });
  const residentMiB = ends(played.map(({ mib }) => mib));
  const clockMs = ends(played.map(({ ms }) => ms));
  const both = pairs.filter(({ old, young }) => old !== null && young !== null);
  const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const tickMs = { early: mean(both.map(({ young }) => young)), late: mean(both.map(({ old }) => old)) };
  return {
    tickMs,
    tickTimeGrowth: tickMs.late / tickMs.early,
    // What the clock alone says, the machine's own changes of pace included.
    clockMs,
    clockGrowth: clockMs.late / clockMs.early,
    residentMiB,
    residentGrowth: residentMiB.late / residentMiB.early - 1,
  };
}

function percentiles(histogram) {
  const ms = (nanoseconds) => nanoseconds / 1e6;
  const [p50, p99, p999] = [50, 99, 99.9].map((percent) => ms(histogram.percentile(percent)));
  return { p50, p99, p999, max: ms(histogram.max) };
}

export function longRows(long) {
  const { ticks, cancelled, hours, tickMs, tickTimeGrowth, clockMs, clockGrowth } = long;
  const { residentMiB, residentGrowth, longestWorkMs } = long;
  const fixed = (value) => value.toFixed(1);
  const pauses = ({ p50, p99, p999, max }) =>
    `p50 ${fixed(p50)} · p99 ${fixed(p99)} · p99.9 ${fixed(p999)} · max ${fixed(max)} ms`;
  const beside = `${fixed(tickMs.late)} against ${fixed(tickMs.early)} ms, in turns; ${ticks} ticks, ${cancelled} given up`;
  const clock = `${clockGrowth.toFixed(3)} (${fixed(clockMs.late)} against ${fixed(clockMs.early)} ms)`;
  const resident = `${residentMiB.early.toFixed(0)} → ${residentMiB.late.toFixed(0)} MiB`;
  return [
    [`a tick after ${hours.toFixed(1)} h, of one after 1 min`, `${tickTimeGrowth.toFixed(3)} (${beside})`],
    ['  by the clock, hours apart', clock],
    ['  resident memory', `${resident}, ${fixed(residentGrowth * 100)} %`],
    ['  pauses of the main thread', pauses(long.pauseMs)],
    ['  the same without inference', pauses(long.quietPauseMs)],
    [
      '  longest work of the main thread',
      longestWorkMs === null
        ? 'not told by this system'
        : `${fixed(longestWorkMs)} ms of processor time at once`,
    ],
  ];
}

/** Resident memory may grow by so much between minute 1 and the end. */
const GROWTH_BOUND = 0.05;

/** A quarter of an hour of stream by each runtime: about three minutes in all on two idle cores. */
const LEAK_HOURS = 0.25;

/** `npm run bench -- leak`: the long stream alone, by each runtime, with looks that are given up; fails when memory grows. */
export async function benchLeak({ hours = LEAK_HOURS, model }) {
  const rows = [];
  const numbers = {};
  for (const runtime of ['fast', 'portable']) {
    const onRound = progress(runtime);
    numbers[runtime] = await benchLong({ hours, runtime, model, cancelledShare: CANCELLED_SHARE, onRound });
    rows.push([`the ${runtime} runtime`, ''], ...longRows(numbers[runtime]));
  }
  return { title: 'leak: a long stream', rows, numbers, faults: faultsOf(numbers) };
}

/** By runtime, in words; empty when memory stays. */
export function faultsOf(numbers) {
  return Object.entries(numbers)
    .filter(([, { residentGrowth }]) => !(residentGrowth <= GROWTH_BOUND))
    .map(
      ([
        runtime,
        {
          residentGrowth,
          residentMiB: { early, late },
        },
      ]) => {
        const grew = `resident memory grew by ${(residentGrowth * 100).toFixed(1)} %, from ${early.toFixed(0)} to ${late.toFixed(0)} MiB`;
        return `the ${runtime} runtime leaks: ${grew}, and ${GROWTH_BOUND * 100} % is allowed`;
      },
    );
}

/** A line a minute of stream at most ten times, on standard error. */
function progress(runtime) {
  return ({ round, rounds, mib }) => {
    if ((round + 1) % Math.ceil(rounds / 10) !== 0) return;
    console.error(`leak: ${runtime}, ${round + 1} of ${rounds} minutes of stream, ${mib.toFixed(0)} MiB`);
  };
}
