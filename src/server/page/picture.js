// @ts-check
import { openPictures } from './socket.js';

/** `/picture` puts the capture time before the JPEG. */
const HEADER_BYTES = 8;

/**
 * Shows the programme: the newest still that could be decoded. While one is being decoded a newer one replaces
 * the one that waits, so at most two are held.
 *
 * @param {HTMLCanvasElement} canvas
 * @param {(ratio: number) => void} onPicture Told the picture's width over its height.
 */
export function showPicture(canvas, onPicture) {
  const context = canvas.getContext('bitmaprenderer');
  /** @type {Blob | null} */
  let waiting = null;
  let decoding = false;

  async function decode() {
    decoding = true;
    while (waiting !== null) {
      const blob = waiting;
      waiting = null;
      try {
        const bitmap = await createImageBitmap(blob);
        onPicture(bitmap.width / bitmap.height);
        if (canvas.width !== bitmap.width || canvas.height !== bitmap.height) {
          canvas.width = bitmap.width;
          canvas.height = bitmap.height;
        }
        context?.transferFromImageBitmap(bitmap);
      } catch {
        // One broken still is not worth a word: the next comes at once.
      }
    }
    decoding = false;
  }

  openPictures('picture', (data) => {
    waiting = new Blob([new Uint8Array(data, HEADER_BYTES)], { type: 'image/jpeg' });
    if (!decoding) decode();
  });
}
