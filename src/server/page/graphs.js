// @ts-check

/** A young graph grows from the right, in steps no wider than this part of the width. */
const FEWEST_STEPS = 11;

/**
 * @typedef {{ ink: string, accent: string, faint: string }} Palette
 * @typedef {(context: CanvasRenderingContext2D, width: number, height: number, palette: Palette) => void} Draw
 */

/**
 * A canvas that is drawn again when its data, its size or the colour scheme changes; sharp on every screen.
 *
 * @param {HTMLCanvasElement} canvas
 * @param {Draw} draw In CSS pixels.
 * @returns {() => void} Asks for a new drawing; many askings in one frame make one drawing.
 */
export function createGraph(canvas, draw) {
  const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext('2d'));
  let asked = false;

  function paint() {
    asked = false;
    const { clientWidth: width, clientHeight: height } = canvas;
    canvas.width = Math.round(width * devicePixelRatio);
    canvas.height = Math.round(height * devicePixelRatio);
    context.setTransform(devicePixelRatio, 0, 0, devicePixelRatio, 0, 0);
    draw(context, width, height, palette(canvas));
  }

  function ask() {
    if (asked) return;
    asked = true;
    requestAnimationFrame(paint);
  }

  new ResizeObserver(ask).observe(canvas);
  matchMedia('(prefers-color-scheme: light)').addEventListener('change', ask);
  return ask;
}

/** @param {HTMLElement} element @returns {Palette} */
function palette(element) {
  const style = getComputedStyle(element);
  const colour = (/** @type {string} */ name) => style.getPropertyValue(name).trim();
  return { ink: colour('--muted'), accent: colour('--accent'), faint: colour('--line') };
}

/**
 * A line over its own soft shadow, with a dot at the newest value.
 * @param {() => readonly number[]} values
 * @param {number} slots Values that fill the width.
 * @returns {Draw}
 */
export function lineGraph(values, slots) {
  return (context, width, height, { accent, faint }) => {
    const data = values().slice(-slots);
    baseline(context, width, height, faint);
    const newest = data.at(-1);
    if (newest === undefined) return;
    const [low, high] = range(data);
    const step = (width - 8) / Math.max(FEWEST_STEPS, data.length - 1);
    const x = (/** @type {number} */ index) => width - 4 - (data.length - 1 - index) * step;
    const y = (/** @type {number} */ value) => height - 6 - ((value - low) / (high - low)) * (height - 12);
    context.beginPath();
    for (const [index, value] of data.entries()) context.lineTo(x(index), y(value));
    context.strokeStyle = accent;
    context.lineWidth = 1.5;
    context.lineJoin = 'round';
    context.stroke();
    context.lineTo(x(data.length - 1), height);
    context.lineTo(x(0), height);
    context.fillStyle = fading(context, accent, height);
    context.fill();
    context.fillStyle = accent;
    context.beginPath();
    context.arc(x(data.length - 1), y(newest), 2.5, 0, 2 * Math.PI);
    context.fill();
  };
}

/**
 * One bar for each tick: tall where the model spoke, low where it chose silence, hollow where the tick was dropped.
 * @param {() => readonly ('line' | 'silence' | 'dropped')[]} outcomes
 * @param {number} slots
 * @returns {Draw}
 */
export function tickGraph(outcomes, slots) {
  return (context, width, height, { ink, accent, faint }) => {
    baseline(context, width, height, faint);
    const data = outcomes().slice(-slots);
    const step = width / slots;
    data.forEach((outcome, index) => {
      const left = width - (data.length - index) * step;
      const bar = { line: height - 4, silence: height * 0.2, dropped: height * 0.6 }[outcome];
      context.fillStyle = outcome === 'line' ? accent : ink;
      context.globalAlpha = outcome === 'silence' ? 0.55 : 1;
      if (outcome === 'dropped') {
        context.strokeStyle = ink;
        context.lineWidth = 1;
        context.strokeRect(left + 1, height - bar, Math.max(1, step - 2), bar);
      } else {
        context.fillRect(left + 0.5, height - bar, Math.max(1, step - 1.5), bar);
      }
    });
    context.globalAlpha = 1;
  };
}

/**
 * A strip of time with a block for each line that was on screen.
 * @param {() => { now: number, spans: readonly { start: number, end: number, big: boolean }[] }} timeline Seconds.
 * @param {number} seconds The strip's length.
 * @returns {Draw}
 */
export function talkGraph(timeline, seconds) {
  return (context, width, height, { ink, accent, faint }) => {
    baseline(context, width, height, faint);
    const { now, spans } = timeline();
    const x = (/** @type {number} */ time) => Math.max(0, width - ((now - time) * width) / seconds);
    for (const { start, end, big } of spans) {
      const right = Math.min(width, x(end));
      if (right <= 0) continue;
      context.fillStyle = big ? accent : ink;
      context.beginPath();
      context.roundRect(x(start), height * 0.32, Math.max(2, right - x(start) - 1), height * 0.68, 2);
      context.fill();
    }
  };
}

/** From a breath of the colour at the top to nothing at the bottom.
 * @param {CanvasRenderingContext2D} context @param {string} colour @param {number} height */
function fading(context, colour, height) {
  const gradient = context.createLinearGradient(0, 0, 0, height);
  gradient.addColorStop(0, `color-mix(in srgb, ${colour} 24%, transparent)`);
  gradient.addColorStop(1, 'transparent');
  return gradient;
}

/**
 * From the smallest to the largest, but never so close that jitter looks like a mountain.
 * @param {readonly number[]} values At least one.
 * @returns {[low: number, high: number]}
 */
function range(values) {
  const high = Math.max(...values, 1);
  const low = Math.min(...values);
  return [Math.min(low, high * 0.6), high];
}

/** @param {CanvasRenderingContext2D} context @param {number} width @param {number} height @param {string} colour */
function baseline(context, width, height, colour) {
  context.clearRect(0, 0, width, height);
  context.fillStyle = colour;
  context.fillRect(0, height - 1, width, 1);
}
