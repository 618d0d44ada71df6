// @ts-check
import { languageName } from './format.js';

/** @typedef {import('./feed.js').Hello['channels'][number]} Channel */

/** The channel that the address names: `/#zh`; nothing where it cannot be read. */
export function channelInAddress() {
  try {
    return decodeURIComponent(location.hash.slice(1));
  } catch {
    return '';
  }
}

/**
 * The language of the commentary: a word where there is one, a choice where there are several. What is chosen stays in the
 * address, for a reload and for others.
 *
 * @param {{ name: HTMLElement, choice: HTMLSelectElement, files: Iterable<HTMLAnchorElement> }} elements
 *   `files` are links to caption files, which follow the choice.
 * @param {(channel: Channel) => void} onChoice
 */
export function createChannels({ name, choice, files }, onChoice) {
  /** @type {readonly Channel[]} */
  let known = [];

  /** @param {Channel} channel */
  function show({ channel, lang }) {
    name.textContent = languageName(lang);
    name.hidden = known.length > 1;
    choice.hidden = !name.hidden;
    choice.value = channel;
    for (const file of files) linkTo(file, channel, known.length > 1);
  }

  choice.addEventListener('change', () => {
    const chosen = known.find(({ channel }) => channel === choice.value);
    if (chosen === undefined) return;
    history.replaceState(null, '', `#${encodeURIComponent(chosen.channel)}`);
    show(chosen);
    onChoice(chosen);
  });

  return {
    /** @param {readonly Channel[]} channels @param {Channel} current */
    show(channels, current) {
      known = channels;
      choice.replaceChildren(...channels.map(({ channel, lang }) => new Option(languageName(lang), channel)));
      show(current);
    },
  };
}

/** @param {HTMLAnchorElement} file @param {string} channel @param {boolean} several */
function linkTo(file, channel, several) {
  const name = file.pathname.split('/').at(-1) ?? '';
  const [base, extension] = name.split('.');
  file.setAttribute('href', several ? `${name}?channel=${encodeURIComponent(channel)}` : name);
  file.download = several ? `${base}.${channel}.${extension}` : name;
}
