// @ts-check
import { BIG_MOMENT } from './caption.js';
import { duration } from './format.js';
import { createGraph, lineGraph, talkGraph, tickGraph } from './graphs.js';

/** Values kept for each graph. */
const SLOTS = 60;
const TALK_SECONDS = 60;
/** Ticks over which their rate is measured. */
const RATE_TICKS = 12;

/** @typedef {{ value: HTMLElement, note: HTMLElement, graph: HTMLCanvasElement }} Card */

/**
 * The four live graphs.
 * @param {{ caption: Card, voice: Card, ticks: Card, talking: Card }} cards
 */
export function createFigures(cards) {
  /** @type {number[]} */
  const captionMs = [];
  /** @type {number[]} */
  const voiceMs = [];
  /** @type {import('./feed.js').Tick[]} */
  const ticks = [];
  /** @type {{ seq: number, start: number, end: number, big: boolean }[]} */
  const spans = [];
  let now = 0;
  let dropped = 0;

  const drawCaption = createGraph(
    cards.caption.graph,
    lineGraph(() => captionMs, SLOTS),
  );
  const drawVoice = createGraph(
    cards.voice.graph,
    lineGraph(() => voiceMs, SLOTS),
  );
  const outcomes = () => ticks.map((tick) => tick.outcome);
  const drawTicks = createGraph(cards.ticks.graph, tickGraph(outcomes, SLOTS));
  const drawTalking = createGraph(
    cards.talking.graph,
    talkGraph(() => ({ now, spans }), TALK_SECONDS),
  );

  function showTicks() {
    const rate = tickRate(ticks.slice(-RATE_TICKS));
    cards.ticks.value.textContent = `${rate === null ? '–' : rate.toFixed(1)} /s · ${dropped}`;
    drawTicks();
  }

  /** @param {number} seq */
  function forget(seq) {
    const index = spans.findIndex((span) => span.seq === seq);
    if (index >= 0) spans.splice(index, 1);
  }

  return {
    /** @param {import('./feed.js').Cue} cue */
    cue(cue) {
      const { seq, start, end } = cue;
      forget(seq);
      keep(spans, { seq, start, end, big: cue.importance >= BIG_MOMENT });
      now = Math.max(now, start);
      drawTalking();
      if (!cue.final || cue.captureToCaptionMs === null) return;
      keep(captionMs, cue.captureToCaptionMs);
      cards.caption.value.textContent = duration(cue.captureToCaptionMs);
      drawCaption();
    },

    /** The line is over earlier than it said. @param {import('./feed.js').Cue} cue */
    cut({ seq, end }) {
      const span = spans.find((one) => one.seq === seq);
      if (span !== undefined) span.end = end;
      drawTalking();
    },

    /** The line was taken back. @param {import('./feed.js').Cue} cue */
    withdraw({ seq }) {
      forget(seq);
      drawTalking();
    },

    /** @param {import('./feed.js').Tick} tick */
    tick(tick) {
      keep(ticks, tick);
      now = Math.max(now, tick.end);
      showTicks();
      drawTalking();
    },

    /** @param {import('./feed.js').Voice} voice */
    voice(voice) {
      if (voice.captureToAudioMs === null) return;
      keep(voiceMs, voice.captureToAudioMs);
      cards.voice.value.textContent = duration(voice.captureToAudioMs);
      drawVoice();
    },

    /** @param {import('./feed.js').Stats} stats */
    stats(stats) {
      now = Math.max(now, stats.seconds);
      dropped = Object.values(stats.drops).reduce((sum, count) => sum + count, 0);
      cards.caption.note.textContent = spreadOf(stats.captureToCaption);
      cards.voice.note.textContent = spreadOf(stats.captureToAudio);
      cards.ticks.note.textContent = reasonsOf(stats.drops);
      cards.talking.value.textContent = `${Math.round(stats.talking * 100)} %`;
      cards.talking.note.textContent = 'of the time';
      showTicks();
      drawTalking();
    },

    clear() {
      for (const list of [captionMs, voiceMs, ticks, spans]) list.length = 0;
      now = 0;
      dropped = 0;
      for (const { value, note } of Object.values(cards)) {
        value.textContent = '–';
        note.textContent = '';
      }
      for (const draw of [drawCaption, drawVoice, drawTicks, drawTalking]) draw();
    },
  };
}

/** Adds to a list of at most SLOTS.
 * @template Item @param {Item[]} list @param {Item} item */
function keep(list, item) {
  list.push(item);
  if (list.length > SLOTS) list.shift();
}

/** Ticks a second of presentation time; `null` when there are too few.
 * @param {import('./feed.js').Tick[]} ticks */
function tickRate(ticks) {
  const seconds = (ticks.at(-1)?.end ?? 0) - (ticks[0]?.end ?? 0);
  return seconds > 0 ? (ticks.length - 1) / seconds : null;
}

/** @param {import('./feed.js').Stats['captureToCaption']} percentiles */
export function spreadOf(percentiles) {
  if (percentiles === null) return '';
  return `p50 ${Math.round(percentiles.p50)} · p95 ${Math.round(percentiles.p95)} ms`;
}

/** @param {import('./feed.js').Stats['drops']} drops */
export function reasonsOf(drops) {
  const reasons = Object.entries(drops).filter(([, count]) => count > 0);
  return reasons.length === 0
    ? 'none dropped'
    : reasons.map(([reason, count]) => `${reason} ${count}`).join(' · ');
}
