// @ts-check

import { reasonsOf, spreadOf } from './figures.js';
import { clockTime, counted } from './format.js';
import { reasonOf } from './reason.js';

/**
 * What the run came to, once it has ended.
 * @param {{ section: HTMLElement, title: HTMLElement, figures: HTMLElement }} elements
 */
export function createSummary({ section, title, figures }) {
  return {
    /** @param {import('./feed.js').End} end */
    show({ reason, code, stats }) {
      title.textContent =
        reason === 'completed'
          ? 'That is all from the booth'
          : `The programme broke off${code === null ? '' : `: ${reasonOf(code)}`}`;
      figures.replaceChildren(...(stats === null ? [] : rowsOf(stats)));
      section.hidden = false;
    },
    hide() {
      section.hidden = true;
    },
  };
}

/** @param {import('./feed.js').Stats} stats */
function rowsOf(stats) {
  return [
    row('Said', `${counted(stats.cues, 'line')} in ${clockTime(stats.seconds)}`),
    row('Silences chosen', `${stats.silences.toLocaleString('en')} of ${counted(stats.ticks, 'tick')}`),
    row('Capture → caption', spreadOf(stats.captureToCaption) || '–'),
    row('Dropped', reasonsOf(stats.drops)),
  ];
}

/** @param {string} name @param {string} value */
function row(name, value) {
  const element = document.createElement('div');
  const term = element.appendChild(document.createElement('dt'));
  const description = element.appendChild(document.createElement('dd'));
  term.textContent = name;
  description.textContent = value;
  return element;
}
