// @ts-check

/** @typedef {import('../board.js').BoardEntry} Entry */

/**
 * What the list of the server's channels says of this page's; `null` where there is no list, or no answer.
 * @returns {Promise<Entry | null>}
 */
export async function ownEntry() {
  // `/north/` has a list above it, `/` has none.
  const own = location.pathname.split('/').at(-2);
  if (own === undefined || own === '') return null;
  try {
    const answer = await fetch('../channels.json');
    /** @type {{ channels: readonly Entry[] }} */
    const { channels } = await answer.json();
    return channels.find(({ name }) => name === own) ?? null;
  } catch {
    return null;
  }
}
