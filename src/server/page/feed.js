// @ts-check
import { openSocket } from './socket.js';

/**
 * @typedef {import('../protocol.js').ServerMessage} ServerMessage
 * @typedef {Extract<ServerMessage, { type: 'hello' }>['payload']} Hello
 * @typedef {Extract<ServerMessage, { type: 'cue' }>['payload']} Cue
 * @typedef {Extract<ServerMessage, { type: 'tick' }>['payload']} Tick
 * @typedef {Extract<ServerMessage, { type: 'stats' }>['payload']} Stats
 * @typedef {Extract<ServerMessage, { type: 'voice' }>['payload']} Voice
 * @typedef {Extract<ServerMessage, { type: 'end' }>['payload']} End
 *
 * @typedef {object} FeedHandlers
 * @property {(about: Hello['about'], isNewRun: boolean) => void} onHello
 * @property {(cue: Cue, replayed: boolean) => void} onCue
 * @property {(tick: Tick) => void} onTick
 * @property {(stats: Stats) => void} onStats
 * @property {(voice: Voice) => void} onVoice
 * @property {(end: End) => void} onEnd
 * @property {(state: 'open' | 'down' | 'refused') => void} onState
 */

/**
 * Follows the feed: subscribes after each `hello`, and after a loss asks for what came since the last final cue.
 * Another run of the booth starts from its beginning.
 *
 * @param {FeedHandlers} handlers
 */
export function followFeed(handlers) {
  let run = '';
  let since = -1;
  /** Cues up to here were said before this page came. */
  let replayedUpTo = -1;

  openSocket('/feed', {
    onState: handlers.onState,
    onMessage(data, send) {
      /** @type {ServerMessage} */
      const message = JSON.parse(String(data));
      switch (message.type) {
        case 'hello': {
          const isNewRun = message.payload.run !== run;
          if (isNewRun) since = -1;
          run = message.payload.run;
          replayedUpTo = message.payload.lastSeq ?? -1;
          handlers.onHello(message.payload.about, isNewRun);
          send(JSON.stringify({ type: 'subscribe', since }));
          break;
        }
        case 'cue': {
          const cue = message.payload;
          if (cue.final) since = Math.max(since, cue.seq);
          handlers.onCue(cue, cue.final && cue.seq <= replayedUpTo);
          // A cue is replayed once; its later forms are news.
          if (cue.seq === replayedUpTo) replayedUpTo = -1;
          break;
        }
        case 'tick':
          return handlers.onTick(message.payload);
        case 'stats':
          return handlers.onStats(message.payload);
        case 'voice':
          return handlers.onVoice(message.payload);
        case 'end':
          return handlers.onEnd(message.payload);
      }
    },
  });
}
