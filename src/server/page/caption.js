// @ts-check
import { markSpeaker } from './format.js';

/** A partial line that is never finished goes at last. */
const LONGEST_MS = 9_000;
/** `importance` from which a moment is a big one. */
export const BIG_MOMENT = 0.75;

/**
 * The line being spoken, over the picture.
 *
 * @param {{ box: HTMLElement, text: HTMLElement, announcer: HTMLElement }} elements The announcer is read out by
 *   screen readers: whole lines only, since a line that grows word by word would be read again and again.
 */
export function createCaption({ box, text, announcer }) {
  let timer = 0;
  let seq = -1;
  let shownAt = 0;

  function hide() {
    box.classList.remove('shown');
  }

  /** Counted from when the line was shown. @param {number} ms */
  function hideAfter(ms) {
    clearTimeout(timer);
    timer = window.setTimeout(hide, shownAt + ms - performance.now());
  }

  return {
    /** @param {import('./feed.js').Cue} cue */
    show(cue) {
      seq = cue.seq;
      shownAt = performance.now();
      text.textContent = cue.text;
      text.lang = cue.lang;
      markSpeaker(text, cue.speaker);
      box.classList.toggle('big', cue.importance >= BIG_MOMENT);
      box.classList.add('shown');
      hideAfter(cue.final ? lengthMs(cue) : LONGEST_MS);
      if (cue.final) announce(announcer, cue);
    },

    /** The line is over earlier than it said. @param {import('./feed.js').Cue} cue */
    cut(cue) {
      if (cue.seq === seq) hideAfter(lengthMs(cue));
    },

    /** @param {import('./feed.js').Cue} cue */
    withdraw(cue) {
      if (cue.seq === seq) hide();
    },

    clear() {
      clearTimeout(timer);
      hide();
      text.textContent = '';
      announcer.replaceChildren();
    },
  };
}

/** @param {import('./feed.js').Cue} cue */
function lengthMs({ start, end }) {
  return (end - start) * 1000;
}

/** @param {HTMLElement} announcer @param {import('./feed.js').Cue} cue */
function announce(announcer, cue) {
  const line = document.createElement('p');
  line.lang = cue.lang;
  line.textContent = cue.speaker === null ? cue.text : `${cue.speaker}: ${cue.text}`;
  announcer.append(line);
  while (announcer.childElementCount > 3) announcer.firstElementChild?.remove();
}
