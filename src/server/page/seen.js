// @ts-check
import { preciseTime } from './format.js';
import { openPictures } from './socket.js';

/** @typedef {{ seq: number, pts: number[], pictures: ImageData[] }} Seen */

/**
 * Shows the frames of the last look of the model, as it saw them.
 *
 * @param {HTMLElement} frames
 * @param {HTMLElement} label
 * @returns {{ tick(tick: import('./feed.js').Tick, model: string): void }}
 */
export function showSeen(frames, label) {
  openPictures('seen', (data) => {
    const { pts, pictures } = decodeSeen(data);
    while (frames.childElementCount > pictures.length) frames.lastElementChild?.remove();
    pictures.forEach((picture, index) => {
      const canvas = canvasAt(frames, index);
      canvas.width = picture.width;
      canvas.height = picture.height;
      canvas.title = preciseTime(pts[index] ?? 0);
      canvas.getContext('2d')?.putImageData(picture, 0, 0);
    });
  });
  return {
    tick({ start, end, lookMs, outcome }, model) {
      const answer = { line: 'spoke', silence: 'chose silence', dropped: 'dropped' }[outcome];
      const look = outcome === 'dropped' ? '' : ` · ${Math.round(lookMs)} ms`;
      label.textContent = `${preciseTime(start)} – ${preciseTime(end)}\n${model}${look} · ${answer}`;
    },
  };
}

/** @param {HTMLElement} frames @param {number} index */
function canvasAt(frames, index) {
  const existing = frames.children[index];
  if (existing instanceof HTMLCanvasElement) return existing;
  return frames.appendChild(document.createElement('canvas'));
}

/**
 * Reads a message of `/seen`; its layout is in docs/feed.md.
 * @param {ArrayBuffer} data
 * @returns {Seen}
 */
export function decodeSeen(data) {
  const view = new DataView(data);
  const count = view.getUint16(4);
  const width = view.getUint16(6);
  const height = view.getUint16(8);
  const pts = Array.from({ length: count }, (_, index) => view.getFloat64(10 + index * 8));
  const pixelsAt = 10 + count * 8;
  const pictureBytes = width * height * 3;
  const pictures = pts.map((_, index) => {
    const rgb = new Uint8Array(data, pixelsAt + index * pictureBytes, pictureBytes);
    const picture = new ImageData(width, height);
    for (let from = 0, to = 0; from < rgb.length; from += 3, to += 4) {
      picture.data[to] = rgb[from] ?? 0;
      picture.data[to + 1] = rgb[from + 1] ?? 0;
      picture.data[to + 2] = rgb[from + 2] ?? 0;
      picture.data[to + 3] = 255;
    }
    return picture;
  });
  return { seq: view.getUint32(0), pts, pictures };
}
