// @ts-check

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
  const audio = new Audio();
  /** @type {string[]} */
  const waiting = [];
  let on = false;
  let speaking = false;

  function next() {
    const url = on ? waiting.shift() : undefined;
    speaking = url !== undefined;
    onState({ on, speaking });
    if (url === undefined) return;
    audio.src = url;
    // A rejected play() also raises `error`, or was interrupted by our own pause().
    audio.play().catch(() => {});
  }

  audio.addEventListener('ended', next);
  audio.addEventListener('error', () => {
    if (speaking) next();
  });

  return {
    toggle() {
      on = !on;
      waiting.length = 0;
      if (!on) audio.pause();
      next();
    },
    /** What was being said is of no interest any more. */
    clear() {
      waiting.length = 0;
      audio.pause();
      next();
    },
    /** @param {string} url */
    say(url) {
      if (!on) return;
      // Not a number before the sound is known.
      if (audio.duration - audio.currentTime > LAG) {
        waiting.length = 0;
        speaking = false;
      }
      waiting.push(url);
      if (waiting.length > MAX_WAITING) waiting.shift();
      if (!speaking) next();
    },
  };
}
