// @ts-check

const FIRST_PAUSE_MS = 400;
const LONGEST_PAUSE_MS = 8_000;
/** The server refuses what we say: saying it again would not help. */
const POLICY_VIOLATION = 1008;

/**
 * A WebSocket on this server that comes back: after each loss it waits twice as long as before (with a random
 * part, so that a thousand pages do not return at once), and at once when the browser is online again.
 *
 * @param {string} path Beside the page.
 * @param {{
 *   onMessage(data: unknown, send: (text: string) => void): void,
 *   onState?(state: 'open' | 'down' | 'refused'): void,
 * }} handlers `onMessage` gets a string or an ArrayBuffer.
 * @returns {{ close(): void }}
 */
export function openSocket(path, { onMessage, onState = () => {} }) {
  const url = new URL(path, location.href.replace(/^http/, 'ws'));
  let pause = FIRST_PAUSE_MS;
  let timer = 0;
  let closed = false;
  /** @type {WebSocket | undefined} */
  let socket;

  function connect() {
    clearTimeout(timer);
    const opening = new WebSocket(url);
    socket = opening;
    opening.binaryType = 'arraybuffer';
    opening.onmessage = ({ data }) => {
      pause = FIRST_PAUSE_MS;
      onMessage(data, (text) => opening.send(text));
    };
    opening.onopen = () => onState('open');
    opening.onclose = ({ code }) => {
      if (closed) return;
      if (code === POLICY_VIOLATION) return onState('refused');
      onState('down');
      timer = window.setTimeout(connect, pause * (0.75 + Math.random() / 2));
      pause = Math.min(pause * 2, LONGEST_PAUSE_MS);
    };
  }

  function retryNow() {
    if (!closed && socket?.readyState === WebSocket.CLOSED) connect();
  }

  addEventListener('online', retryNow);
  connect();
  return {
    close() {
      closed = true;
      clearTimeout(timer);
      removeEventListener('online', retryNow);
      socket?.close();
    },
  };
}

/**
 * As `openSocket`, but only while somebody can see the page: pictures for a hidden tab are work for nothing.
 *
 * @param {string} path
 * @param {(data: ArrayBuffer) => void} onPicture
 */
export function openPictures(path, onPicture) {
  /** @type {{ close(): void } | undefined} */
  let socket;
  function follow() {
    if (document.hidden) {
      socket?.close();
      socket = undefined;
    } else {
      socket ??= openSocket(path, {
        onMessage: (data) => {
          if (data instanceof ArrayBuffer) onPicture(data);
        },
      });
    }
  }
  document.addEventListener('visibilitychange', follow);
  follow();
}
