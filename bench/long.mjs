// Hours of a stream through the model's worker, as fast as it goes: a tick must cost the same at the end as at the beginning, memory must stay,
// and the main thread must stay free. The bundled match is played again and again, each time with other pixels, so that no feature is reused.
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { DEFAULTS, makeConfig } from '../dist/config.js';
import { openSource } from '../dist/source/ffmpeg.js';
import { blankContext } from '../dist/vlm/blank-context.js';
import { loadVlm } from '../dist/vlm/load.js';
import { watchMainThread } from './main-thread.mjs';
import { MATCH, median } from './support.mjs';

/** Seconds of the match that are played in a circle. */
const ROUND_SECONDS = 60;
const MIB = 2 ** 20;

/** A machine that is busy with other work makes looks slow, which is not what is measured here. */
const TIMEOUT_MS = 120_000;

/** So long the main thread is watched without inference: what pauses then is the machine's doing. */
const QUIET_MS = 10_000;

/** Of the looks that a leak is looked for with, so many are given up at a random moment. */
const CANCELLED_SHARE = 0.1;

export async function benchLong({ hours, runtime, model = DEFAULTS.vlm.model, cancelledShare = 0, onRound }) {
  const vlm = await loadVlm(makeConfig({ vlm: { runtime, model, timeoutMs: TIMEOUT_MS } }).vlm);
  const session = await vlm.open();
  const { fps, framesPerClip, ...size } = vlm.info.input;
  const clips = await clipsOf({ fps, ...size }, framesPerClip);
  const rounds = Math.max(LEAST_ROUNDS, Math.ceil((hours * 3_600) / ROUND_SECONDS));
  const quiet = monitorEventLoopDelay({ resolution: 1 });
  quiet.enable();
  await sleep(QUIET_MS);
  quiet.disable();
  const pauses = monitorEventLoopDelay({ resolution: 1 });
  const mainThread = watchMainThread();
  const roundMs = [];
  const rss = [];
  const recent = [];
  let cancelled = 0;
  try {
    for (let round = 0; round < rounds; round += 1) {
      if (round === 1) {
        pauses.enable();
        mainThread.start();
      }
      const looks = [];
      const held = [];
      for (const [seq, clip] of clips.entries()) {
        const context = { ...blankContext('en'), recent: recent.slice(-8) };
        const giveUpAfterMs = Math.random() < cancelledShare ? Math.random() * (median(looks) ?? 0) : null;
        const startedAt = performance.now();
        const end = await lookAt(session, changed(clip, round, seq), context, giveUpAfterMs);
        if (giveUpAfterMs === null) looks.push(performance.now() - startedAt);
        else cancelled += 1;
        if (end !== undefined) recent.splice(0, recent.length, ...recent.slice(-7), end.text);
        held.push(process.memoryUsage.rss() / MIB);
      }
      roundMs.push(looks.reduce((sum, ms) => sum + ms, 0) / looks.length);
      rss.push(median(held));
      onRound?.({ round, rounds, mib: rss.at(-1) });
    }
    pauses.disable();
  } finally {
    mainThread.stop();
    await session.close();
    await vlm.close();
  }
  const ticks = rounds * clips.length;
  const measured = { roundMs, rss, pauses, quiet, mainThread, ticks, cancelled };
  return numbersOf({ ...measured, hours: (rounds * ROUND_SECONDS) / 3_600 });
}

/** The end of the look; `undefined` when it was given up before. */
async function lookAt(session, clip, context, giveUpAfterMs) {
  const giveUp = new AbortController();
  const timer = giveUpAfterMs === null ? undefined : setTimeout(() => giveUp.abort(), giveUpAfterMs);
  let last;
  for await (const event of session.look(clip, context, giveUp.signal)) last = event;
  clearTimeout(timer);
  return last?.kind === 'end' ? last : undefined;
}

/** The first round starts everything up; the second is minute 1. Three rounds at each end, since other programs run here too. */
const ENDS = 3;
const LEAST_ROUNDS = 1 + 2 * ENDS;

/** Resident memory of a round is the median of it: garbage that waits to be collected comes and goes. */
function numbersOf({ roundMs, rss, pauses, quiet, mainThread, ticks, cancelled, hours }) {
  const ends = (values) => ({ early: median(values.slice(1, 1 + ENDS)), late: median(values.slice(-ENDS)) });
  const tickMs = ends(roundMs);
  const residentMiB = ends(rss);
  return {
    ticks,
    cancelled,
    hours,
    tickMs,
    tickTimeGrowth: tickMs.late / tickMs.early,
    residentMiB,
    residentGrowth: residentMiB.late / residentMiB.early - 1,
    pauseMs: percentiles(pauses),
    quietPauseMs: percentiles(quiet),
    longestWorkMs: mainThread.longestMs(),
  };
}

function percentiles(histogram) {
  const ms = (nanoseconds) => nanoseconds / 1e6;
  const [p50, p99, p999] = [50, 99, 99.9].map((percent) => ms(histogram.percentile(percent)));
  return { p50, p99, p999, max: ms(histogram.max) };
}

export function longRows(long) {
  const { ticks, cancelled, hours, tickMs, tickTimeGrowth, residentMiB, residentGrowth, longestWorkMs } =
    long;
  const fixed = (value) => value.toFixed(1);
  const pauses = ({ p50, p99, p999, max }) =>
    `p50 ${fixed(p50)} · p99 ${fixed(p99)} · p99.9 ${fixed(p999)} · max ${fixed(max)} ms`;
  const early = `${fixed(tickMs.late)} against ${fixed(tickMs.early)} ms; ${ticks} ticks, ${cancelled} given up`;
  const resident = `${residentMiB.early.toFixed(0)} → ${residentMiB.late.toFixed(0)} MiB`;
  return [
    [`a tick after ${hours.toFixed(1)} h, of one after 1 min`, `${tickTimeGrowth.toFixed(3)} (${early})`],
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

async function clipsOf(picture, framesPerClip) {
  const source = await openSource(MATCH, picture, DEFAULTS.source);
  const frames = [];
  for await (const frame of source.pull()) if (frames.push(frame) === ROUND_SECONDS * picture.fps) break;
  return Array.from({ length: Math.floor(frames.length / framesPerClip) }, (_, seq) =>
    frames.slice(seq * framesPerClip, (seq + 1) * framesPerClip),
  );
}

/** The clip with some pixels of its own. */
function changed(frames, round, seq) {
  const own = frames.map((frame) => {
    const pixels = frame.pixels.slice();
    pixels.set([round & 255, round >> 8, seq & 255]);
    return { ...frame, pixels };
  });
  return {
    seq,
    frames: own,
    start: own[0].pts,
    end: own.at(-1).pts,
    capturedAt: 0,
    change: 0,
    sceneCut: false,
  };
}
