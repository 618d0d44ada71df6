// @ts-check

/** Lines that wait at most; the commentator sends no more ahead of their time. */
const MOST_WAITING = 4;

/**
 * Lines that were sent while another was on screen wait here for their time (docs/cue.md). The newest frame of a line is
 * what was being seen when it was sent: by how much later the line starts, that is how long it waits.
 *
 * @param {(cue: import('./feed.js').Cue) => void} onDue The line goes on screen; lines come in their order.
 */
export function createAhead(onDue) {
  /** By `seq`, in order. @type {Map<number, { cue: import('./feed.js').Cue, timer: number }>} */
  const waiting = new Map();

  /** @param {number} seq */
  function drop(seq) {
    clearTimeout(waiting.get(seq)?.timer);
    waiting.delete(seq);
  }

  /** Where a line is due, those before it are overdue. @param {number} [last] All, where it is absent. */
  function release(last = Number.POSITIVE_INFINITY) {
    for (const [seq, { cue }] of waiting) {
      if (seq > last) break;
      drop(seq);
      onDue(cue);
    }
  }

  return {
    release,

    /** @param {import('./feed.js').Cue} cue */
    add(cue) {
      const { seq, start, frames } = cue;
      const waitMs = Math.round((start - (frames.at(-1) ?? start)) * 1000);
      if (waitMs <= 0) {
        release(seq);
        onDue(cue);
        return;
      }
      drop(seq);
      waiting.set(seq, { cue, timer: window.setTimeout(() => release(seq), waitMs) });
      const [oldest] = waiting.keys();
      if (oldest !== undefined && waiting.size > MOST_WAITING) release(oldest);
    },

    /** The line will be over earlier than it said. @param {import('./feed.js').Cue} cue */
    cut(cue) {
      const line = waiting.get(cue.seq);
      if (line !== undefined) line.cue = cue;
    },

    /** The line was taken back. @param {import('./feed.js').Cue} cue */
    withdraw(cue) {
      drop(cue.seq);
    },

    clear() {
      for (const seq of waiting.keys()) drop(seq);
    },
  };
}
