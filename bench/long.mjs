// Hours of a stream through the model's worker, as fast as it goes: a tick must cost the same at the end as at the beginning, memory must stay,
// and the main thread must stay free. The bundled match is played again and again, each time with other pixels, so that no feature is reused.
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { DEFAULTS, makeConfig } from '../dist/config.js';
import { openSource } from '../dist/source/ffmpeg.js';
import { blankContext } from '../dist/vlm/blank-context.js';
import { loadVlm } from '../dist/vlm/load.js';
import { MATCH, median } from './support.mjs';

/** Minutes of the match that are played in a circle. */
const ROUND_SECONDS = 60;
const MIB = 2 ** 20;

/** So long the main thread is watched without inference: what pauses then is the machine's doing. */
const QUIET_MS = 10_000;

export async function benchLong({ hours, runtime, model = DEFAULTS.vlm.model }) {
  const config = makeConfig({ vlm: { runtime, model } });
  const vlm = await loadVlm(config.vlm);
  const session = await vlm.open();
  const { fps, framesPerClip, ...size } = vlm.info.input;
  const clips = await clipsOf({ fps, ...size }, framesPerClip);
  const rounds = Math.max(3, Math.ceil((hours * 3_600) / ROUND_SECONDS));
  const quiet = monitorEventLoopDelay({ resolution: 1 });
  quiet.enable();
  await sleep(QUIET_MS);
  quiet.disable();
  const pauses = monitorEventLoopDelay({ resolution: 1 });
  const roundMs = [];
  const rss = [];
  const recent = [];
  try {
    for (let round = 0; round < rounds; round += 1) {
      if (round === 1) pauses.enable();
      const looks = [];
      for (const [seq, clip] of clips.entries()) {
        const startedAt = performance.now();
        let last;
        for await (const event of session.look(changed(clip, round, seq), {
          ...blankContext('en'),
          recent: recent.slice(-8),
        }))
          last = event;
        looks.push(performance.now() - startedAt);
        if (last?.kind === 'end') recent.splice(0, recent.length, ...recent.slice(-7), last.text);
      }
      roundMs.push(looks.reduce((sum, ms) => sum + ms, 0) / looks.length);
      rss.push(process.memoryUsage.rss() / MIB);
    }
    pauses.disable();
  } finally {
    await session.close();
    await vlm.close();
  }
  return numbersOf({
    roundMs,
    rss,
    pauses,
    quiet,
    ticks: rounds * clips.length,
    hours: (rounds * ROUND_SECONDS) / 3_600,
  });
}

/** The first round starts everything up; the second is minute 1. Three rounds at each end, since other programs run here too. */
function numbersOf({ roundMs, rss, pauses, quiet, ticks, hours }) {
  const early = median(roundMs.slice(1, 4));
  const late = median(roundMs.slice(-3));
  return {
    ticks,
    hours,
    tickMs: { early, late },
    tickTimeGrowth: late / early,
    residentMiB: { early: rss[1], late: rss.at(-1) },
    residentGrowth: rss.at(-1) / rss[1] - 1,
    pauseMs: percentiles(pauses),
    quietPauseMs: percentiles(quiet),
  };
}

function percentiles(histogram) {
  const ms = (nanoseconds) => nanoseconds / 1e6;
  const [p50, p99, p999] = [50, 99, 99.9].map((percent) => ms(histogram.percentile(percent)));
  return { p50, p99, p999, max: ms(histogram.max) };
}

export function longRows(long) {
  const { ticks, hours, tickMs, tickTimeGrowth, residentMiB, residentGrowth } = long;
  const fixed = (value) => value.toFixed(1);
  const pauses = ({ p50, p99, p999, max }) =>
    `p50 ${fixed(p50)} · p99 ${fixed(p99)} · p99.9 ${fixed(p999)} · max ${fixed(max)} ms`;
  const early = `${fixed(tickMs.late)} against ${fixed(tickMs.early)} ms; ${ticks} ticks`;
  const resident = `${residentMiB.early.toFixed(0)} → ${residentMiB.late.toFixed(0)} MiB`;
  return [
    [`a tick after ${hours.toFixed(1)} h, of one after 1 min`, `${tickTimeGrowth.toFixed(3)} (${early})`],
    ['  resident memory', `${resident}, ${fixed(residentGrowth * 100)} %`],
    ['  pauses of the main thread', pauses(long.pauseMs)],
    ['  the same without inference', pauses(long.quietPauseMs)],
  ];
}

/** Resident memory may grow by so much between minute 1 and the end. */
const GROWTH_BOUND = 0.05;

/** `npm run bench -- leak`: the long stream alone, by each runtime; fails when memory grows. */
export async function benchLeak({ hours, model }) {
  const rows = [];
  const numbers = {};
  for (const runtime of ['fast', 'portable']) {
    numbers[runtime] = await benchLong({ hours, runtime, model });
    rows.push([`the ${runtime} runtime`, ''], ...longRows(numbers[runtime]));
  }
  const faults = Object.entries(numbers)
    .filter(([, { residentGrowth }]) => residentGrowth > GROWTH_BOUND)
    .map(
      ([runtime, { residentGrowth }]) =>
        `the ${runtime} runtime leaks: resident memory grew by ${(residentGrowth * 100).toFixed(1)} %`,
    );
  return { title: 'leak: hours of a stream', rows, numbers, faults };
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
    const pixels = Uint8Array.from(frame.pixels);
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
