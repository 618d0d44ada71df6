// @ts-check
import { languageName } from './format.js';
import { reasonOf } from './reason.js';

/** @typedef {import('../board.js').BoardEntry} Entry */

/** So often the list is asked for again, while somebody can see it. */
const REFRESH_MS = 2_000;

/** @type {Readonly<Record<Entry['state'], string>>} */
const STATES = { opening: 'Opening', onair: 'On air', ended: 'Ended', failed: 'Not on the air' };

/** @param {string} id */
const $ = (id) => /** @type {HTMLElement} */ (document.getElementById(id));

/** What each entry shows, by name. @type {Map<string, ReturnType<typeof createEntry>>} */
const shown = new Map();

/** @param {string} tag @param {string} className */
function element(tag, className) {
  const made = document.createElement(tag);
  made.className = className;
  return made;
}

/** Names come from the booth's file, titles and lines from wherever: all of it is shown as text. @param {string} name */
function createEntry(name) {
  const item = document.createElement('li');
  const link = document.createElement('a');
  const [title, facts, line] = [element('h2', ''), element('p', 'entry-facts'), element('p', 'entry-line')];
  link.href = `${encodeURIComponent(name)}/`;
  link.append(title, facts, line);
  item.append(link);
  return {
    item,
    /** @param {Entry} entry */
    show({ state, title: programme, langs, line: said, code }) {
      item.dataset.state = state;
      title.textContent = name;
      const why = code === null ? null : reasonOf(code);
      const words = [STATES[state], why, programme, langs.map(languageName).join(', ')];
      facts.textContent = words.filter(Boolean).join(' · ');
      line.textContent = said ?? '';
      line.hidden = said === null;
      line.lang = langs[0] ?? '';
    },
  };
}

/** @param {readonly Entry[]} entries */
function show(entries) {
  // The booth may have come back with other channels.
  for (const [name, { item }] of shown) {
    if (entries.some((entry) => entry.name === name)) continue;
    item.remove();
    shown.delete(name);
  }
  for (const entry of entries) {
    const known = shown.get(entry.name) ?? createEntry(entry.name);
    if (!shown.has(entry.name)) $('channels').append(known.item);
    shown.set(entry.name, known);
    known.show(entry);
  }
  const live = entries.filter(({ state }) => state === 'onair').length;
  tell(live > 0 ? 'onair' : 'idle', live > 0 ? `${live} on air` : 'Nothing on air');
}

/** @param {string} state @param {string} status */
function tell(state, status) {
  document.body.dataset.state = state;
  $('status').textContent = status;
}

async function refresh() {
  try {
    const answer = await fetch('channels.json');
    show((await answer.json()).channels);
  } catch {
    tell('down', 'Reconnecting');
  }
}

/** One question after another, and none while nobody looks. */
async function follow() {
  if (!document.hidden) await refresh();
  setTimeout(follow, REFRESH_MS);
}

document.addEventListener('visibilitychange', () => {
  if (!document.hidden) void refresh();
});
void follow();
