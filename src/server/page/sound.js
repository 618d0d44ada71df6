// @ts-check

/** The booth's sound files: this header, the rate in it, then 16-bit samples of one channel (docs/feed.md). */
const HEADER_BYTES = 44;
const RATE_AT = 24;
/** Seconds between the arrival of sound and its being heard, so that small waits on the way make no gap. */
const LEAD = 0.05;

/**
 * Plays a sound file of the booth from its first samples on, while the rest may still be on its way.
 *
 * @param {AudioContext} context
 * @param {string} url
 * @param {() => void} onOver It has been heard, or has broken off. Not told after `stop`.
 */
export function playSound(context, url, onOver) {
  const fetching = new AbortController();
  const out = new GainNode(context);
  out.connect(context.destination);
  let endsAt = 0;
  /** @type {Promise<unknown>} */
  let heard = Promise.resolve();

  /** @param {Int16Array} samples @param {number} sampleRate */
  function append(samples, sampleRate) {
    const buffer = new AudioBuffer({ length: samples.length, sampleRate });
    buffer.copyToChannel(
      Float32Array.from(samples, (sample) => sample / 32_768),
      0,
    );
    const source = new AudioBufferSourceNode(context, { buffer });
    source.connect(out);
    const startsAt = Math.max(endsAt, context.currentTime + LEAD);
    source.start(startsAt);
    endsAt = startsAt + buffer.duration;
    heard = new Promise((over) => source.addEventListener('ended', over));
  }

  async function play() {
    const response = await fetch(url, { signal: fetching.signal });
    if (!response.ok || response.body === null) return;
    const reader = response.body.getReader();
    let rate = 0;
    /** The beginning of the header, or of a sample. @type {Uint8Array} */
    let rest = new Uint8Array();
    for (let piece = await reader.read(); !piece.done; piece = await reader.read()) {
      rest = joined(rest, piece.value);
      if (rate === 0 && rest.length >= HEADER_BYTES) {
        rate = new DataView(rest.buffer).getUint32(RATE_AT, true);
        rest = rest.slice(HEADER_BYTES);
      }
      const whole = rest.length - (rest.length % 2);
      if (rate === 0 || whole === 0) continue;
      append(new Int16Array(rest.slice(0, whole).buffer), rate);
      rest = rest.slice(whole);
    }
  }

  play()
    // What has come of a line that broke off is heard.
    .catch(() => {})
    .then(() => heard)
    .then(() => {
      if (!fetching.signal.aborted) onOver();
    });

  return {
    /** Seconds of sound that have come and are still to be heard. */
    left: () => Math.max(0, endsAt - context.currentTime),
    stop() {
      fetching.abort();
      out.disconnect();
    },
  };
}

/** @param {Uint8Array} a @param {Uint8Array} b */
function joined(a, b) {
  const both = new Uint8Array(a.length + b.length);
  both.set(a);
  both.set(b, a.length);
  return both;
}
