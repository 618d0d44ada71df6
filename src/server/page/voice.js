// @ts-check
import { playSound } from './sound.js';

/** Utterances that wait; older ones are let go, because commentary that lags is worse than a gap. */
const MAX_WAITING = 2;
/** Seconds by which this page may lag: a line comes when it is to be heard, so one that comes earlier cuts the one before. */
const LAG = 0.4;

/**
 * Plays utterances in order, one at a time. Browsers let a page make sound only after a gesture: `toggle` is to be
 * called from one.
 *
 * @param {(state: { on: boolean, speaking: boolean }) => void} onState
 */
export function createVoice(onState) {
  /** Made by the first gesture. @type {AudioContext | null} */
  let context = null;
  /** @type {string[]} */
  const waiting = [];
  let on = false;
  /** @type {ReturnType<typeof playSound> | null} */
  let heard = null;

  function next() {
    const url = on ? waiting.shift() : undefined;
    heard = url === undefined || context === null ? null : playSound(context, url, next);
    onState({ on, speaking: heard !== null });
  }

  /** What was being said is of no interest any more. */
  function clear() {
    waiting.length = 0;
    heard?.stop();
    next();
  }

  return {
    clear,
    toggle() {
      on = !on;
      context ??= new AudioContext();
      void (on ? context.resume() : context.suspend());
      clear();
    },
    /** @param {string} url */
    say(url) {
      if (!on) return;
      if (heard !== null && heard.left() > LAG) clear();
      waiting.push(url);
      if (waiting.length > MAX_WAITING) waiting.shift();
      if (heard === null) next();
    },
  };
}
