// A stream for the model's worker, as fast as it goes: the bundled match in a circle, each time with other pixels, so that no feature is reused.
import { DEFAULTS, makeConfig } from '../dist/config.js';
import { openSource } from '../dist/source/ffmpeg.js';
import { blankContext } from '../dist/vlm/blank-context.js';
import { loadVlm } from '../dist/vlm/load.js';
import { MATCH, median } from './support.mjs';

/** Seconds of the match that are played in a circle. */
export const ROUND_SECONDS = 60;
const MIB = 2 ** 20;

/** A machine that is busy with other work makes looks slow, which is not what is measured here. */
const TIMEOUT_MS = 120_000;

/** What is remembered of the commentary, in lines, as the commentator does. */
const RECENT = 8;

/** A worker with the model, and one session that has seen nothing yet. Of its looks `cancelledShare` are given up at a random moment. */
export async function openPlayer({ model, runtime, cancelledShare }) {
  const vlm = await loadVlm(makeConfig({ vlm: { runtime, model, timeoutMs: TIMEOUT_MS } }).vlm);
  const session = await vlm.open();
  const { fps, framesPerClip, ...size } = vlm.info.input;
  const clips = await clipsOf({ fps, ...size }, framesPerClip);
  const recent = [];
  const taken = [];
  let played = 0;

  /** Milliseconds that the clip took; `null` when it was given up. */
  async function look(seq) {
    const context = { ...blankContext('en'), recent: [...recent] };
    const giveUpAfterMs = Math.random() < cancelledShare ? Math.random() * (median(taken) ?? 0) : null;
    const clip = changed(clips[seq], played++);
    const startedAt = performance.now();
    const end = await lookAt(session, clip, context, giveUpAfterMs);
    const ms = performance.now() - startedAt;
    if (end !== undefined) recent.splice(0, recent.length, ...recent.slice(1 - RECENT), end.text);
    if (giveUpAfterMs !== null) return null;
    taken.splice(0, taken.length, ...taken.slice(1 - clips.length), ms);
    return ms;
  }

  return {
    ticksPerRound: clips.length,
    look,
    /** A minute of stream: the mean look in milliseconds, looks given up, and resident MiB, the median, since garbage comes and goes. */
    async round() {
      const looks = [];
      const held = [];
      for (const seq of clips.keys()) {
        looks.push(await look(seq));
        held.push(process.memoryUsage.rss() / MIB);
      }
      const whole = looks.filter((ms) => ms !== null);
      return {
        ms: whole.reduce((sum, ms) => sum + ms, 0) / whole.length,
        cancelled: looks.length - whole.length,
        mib: median(held),
      };
    },
    async close() {
      await session.close();
      await vlm.close();
    },
  };
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

async function clipsOf(picture, framesPerClip) {
  const source = await openSource(MATCH, picture, DEFAULTS.source);
  const frames = [];
  for await (const frame of source.pull()) if (frames.push(frame) === ROUND_SECONDS * picture.fps) break;
  return Array.from({ length: Math.floor(frames.length / framesPerClip) }, (_, seq) =>
    frames.slice(seq * framesPerClip, (seq + 1) * framesPerClip),
  );
}

/** The clip with some pixels of its own, in place: what the measuring leaves to collect must not be measured. */
function changed(frames, time) {
  for (const { pixels } of frames) pixels.set([time & 255, (time >> 8) & 255, time >> 16]);
  return {
    seq: time,
    frames,
    start: frames[0].pts,
    end: frames.at(-1).pts,
    capturedAt: 0,
    change: 0,
    sceneCut: false,
  };
}
