// @ts-check
import { BIG_MOMENT } from './caption.js';
import { clockTime, duration, markSpeaker } from './format.js';

/** Rows kept in the page; the files have the rest. */
const MAX_ROWS = 300;
/** Seconds without a line from which the silence is worth a row. */
const NOTABLE_SILENCE = 3;
/** Pixels from the bottom that still count as reading the newest line. */
const NEAR_BOTTOM = 48;

/**
 * What was said, oldest first: lines as they grow, and the silences that the model chose between them.
 * The list stays at the newest line unless the reader has scrolled up.
 *
 * @param {{ list: HTMLElement, empty: HTMLElement, newest: HTMLElement }} elements
 */
export function createTranscript({ list, empty, newest }) {
  /** @type {Map<number, HTMLElement>} */
  const rows = new Map();
  /** @type {import('./feed.js').Cue | null} */
  let last = null;
  /** @type {{ row: HTMLElement, from: number } | null} */
  let silence = null;
  let following = true;
  let scrolling = false;

  list.addEventListener('scroll', () => {
    // While lines are coming in, the list moves by itself.
    if (scrolling) return;
    following = list.scrollHeight - list.scrollTop - list.clientHeight < NEAR_BOTTOM;
    newest.hidden = following;
  });
  newest.addEventListener('click', () => {
    following = true;
    follow();
    list.focus();
  });
  new ResizeObserver(follow).observe(list);

  /** Once a frame: a replay brings hundreds of lines at once, and each scroll costs a layout. */
  function follow() {
    if (scrolling) return;
    scrolling = true;
    requestAnimationFrame(() => {
      scrolling = false;
      if (following) list.scrollTop = list.scrollHeight;
      newest.hidden = following;
    });
  }

  /** @param {HTMLElement} row */
  function append(row) {
    list.append(row);
    while (list.childElementCount > MAX_ROWS) list.firstElementChild?.remove();
    for (const [seq, kept] of rows) {
      if (kept.isConnected) break;
      rows.delete(seq);
    }
    empty.hidden = true;
  }

  return {
    /** @param {import('./feed.js').Cue} cue */
    cue(cue) {
      silence = null;
      let row = rows.get(cue.seq);
      if (row === undefined) {
        if (last !== null) rows.get(last.seq)?.classList.remove('growing');
        row = lineRow();
        rows.set(cue.seq, row);
        append(row);
      }
      fillLine(row, cue);
      last = cue;
      follow();
    },

    /** The line is over earlier than it said. @param {import('./feed.js').Cue} cue */
    cut(cue) {
      if (last?.seq === cue.seq) last = cue;
    },

    /** The line was taken back. @param {import('./feed.js').Cue} cue */
    withdraw(cue) {
      rows.get(cue.seq)?.remove();
      rows.delete(cue.seq);
      empty.hidden = list.childElementCount > 0;
    },

    /** @param {import('./feed.js').Tick} tick */
    tick(tick) {
      if (tick.outcome !== 'silence') {
        if (tick.outcome === 'dropped') silence = null;
        return;
      }
      const from = silence?.from ?? Math.max(last?.end ?? 0, tick.start);
      const seconds = Math.floor(tick.end - from);
      if (silence === null) silence = { row: silenceRow(from), from };
      if (seconds < NOTABLE_SILENCE) return;
      if (!silence.row.isConnected) append(silence.row);
      setPart(silence.row, 'text', `silence · ${seconds} s`);
      follow();
    },

    clear() {
      rows.clear();
      list.replaceChildren();
      empty.hidden = false;
      last = null;
      silence = null;
      following = true;
    },
  };
}

function lineRow() {
  return row('line', 'time', 'text', 'latency');
}

/** @param {number} from */
function silenceRow(from) {
  const element = row('silence', 'time', 'text');
  setPart(element, 'time', clockTime(from));
  return element;
}

/** @param {HTMLElement} row @param {import('./feed.js').Cue} cue */
function fillLine(row, cue) {
  row.classList.toggle('growing', !cue.final);
  row.classList.toggle('big', cue.importance >= BIG_MOMENT);
  setPart(row, 'time', clockTime(cue.start));
  const text = setPart(row, 'text', cue.text);
  text.lang = cue.lang;
  markSpeaker(text, cue.speaker);
  setPart(row, 'latency', cue.captureToCaptionMs === null ? '' : duration(cue.captureToCaptionMs));
}

/** @param {string} kind @param {string[]} parts */
function row(kind, ...parts) {
  const element = document.createElement('li');
  element.className = kind;
  for (const part of parts) {
    const child = document.createElement(part === 'time' ? 'time' : 'span');
    child.className = part;
    element.append(child);
  }
  return element;
}

/** @param {HTMLElement} row @param {string} part @param {string} text */
function setPart(row, part, text) {
  const element = /** @type {HTMLElement} */ (row.querySelector(`.${part}`));
  if (element.textContent !== text) element.textContent = text;
  return element;
}
