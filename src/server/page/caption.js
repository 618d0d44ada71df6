// @ts-check
import { markSpeaker } from './format.js';

const SHORTEST_MS = 1_500;
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
  return {
    /** @param {import('./feed.js').Cue} cue */
    show(cue) {
      seq = cue.seq;
      text.textContent = cue.text;
      text.lang = cue.lang;
      markSpeaker(text, cue.speaker);
      box.classList.toggle('big', cue.importance >= BIG_MOMENT);
      box.classList.add('shown');
      clearTimeout(timer);
      const readingMs = Math.max(SHORTEST_MS, (cue.end - cue.start) * 1000);
      timer = window.setTimeout(() => box.classList.remove('shown'), cue.final ? readingMs : LONGEST_MS);
      if (cue.final) announce(announcer, cue);
    },
    /** @param {import('./feed.js').Cue} cue */
    withdraw(cue) {
      if (cue.seq === seq) box.classList.remove('shown');
    },
    clear() {
      clearTimeout(timer);
      box.classList.remove('shown');
      text.textContent = '';
      announcer.replaceChildren();
    },
  };
}

/** @param {HTMLElement} announcer @param {import('./feed.js').Cue} cue */
function announce(announcer, cue) {
  const line = document.createElement('p');
  line.lang = cue.lang;
  line.textContent = cue.speaker === null ? cue.text : `${cue.speaker}: ${cue.text}`;
  announcer.append(line);
  while (announcer.childElementCount > 3) announcer.firstElementChild?.remove();
}
