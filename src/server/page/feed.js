// @ts-check
import { openSocket } from './socket.js';

/**
 * @typedef {import('../protocol.js').ServerMessage} ServerMessage
 * @typedef {Extract<ServerMessage, { type: 'hello' }>['payload']} Hello
 * @typedef {Extract<ServerMessage, { type: 'cue' }>['payload']} Cue
 * @typedef {Extract<ServerMessage, { type: 'tick' }>['payload']} Tick
 * @typedef {NonNullable<Extract<ServerMessage, { type: 'end' }>['payload']['stats']>} Stats
 * @typedef {Extract<ServerMessage, { type: 'voice' }>['payload']} Voice
 * @typedef {Extract<ServerMessage, { type: 'end' }>['payload']} End
 *
 * @typedef {object} FeedHandlers
 * @property {(hello: Hello, channel: Hello['channels'][number], isNewRun: boolean) => void} onHello
 * @property {(cue: Cue, replayed: boolean) => void} onCue
 * @property {(tick: Tick) => void} onTick
 * @property {(stats: Stats) => void} onStats
 * @property {(voice: Voice) => void} onVoice
 * @property {(end: End) => void} onEnd
 * @property {(state: 'open' | 'down' | 'refused') => void} onState
 */

/**
 * Follows one channel of the feed: subscribes after each `hello`, and after a loss asks for what came since the last final cue.
 * Another run of the booth, like another channel, starts from its beginning.
 *
 * @param {FeedHandlers} handlers
 * @param {string} wanted The channel to begin with; the first where there is none of that name.
 * @returns {{ listenTo(channel: string): void }}
 */
export function followFeed(handlers, wanted) {
  let run = '';
  let channel = wanted;
  let since = -1;
  /** Cues still to come that were said before this page asked. */
  let replaying = 0;
  /** @type {(text: string) => void} */
  let say = () => {};

  function subscribe() {
    say(JSON.stringify({ type: 'subscribe', channels: [channel], since }));
  }

  openSocket('feed', {
    onState: handlers.onState,
    onMessage(data, send) {
      /** @type {ServerMessage} */
      const message = JSON.parse(String(data));
      switch (message.type) {
        case 'hello': {
          const { channels } = message.payload;
          const own = channels.find((one) => one.channel === channel) ?? channels[0];
          if (own === undefined) return;
          const isNewRun = message.payload.run !== run || own.channel !== channel;
          if (isNewRun) since = -1;
          run = message.payload.run;
          channel = own.channel;
          say = send;
          handlers.onHello(message.payload, own, isNewRun);
          return subscribe();
        }
        case 'subscribed':
          if (message.payload.channels.includes(channel)) replaying = message.payload.replayed;
          return;
        case 'end':
          return handlers.onEnd(message.payload);
      }
      // What another channel still had on its way.
      if (message.payload.channel !== channel) return;
      switch (message.type) {
        case 'cue': {
          const cue = message.payload;
          const replayed = replaying > 0;
          if (replayed) replaying -= 1;
          if (cue.final) since = Math.max(since, cue.seq);
          return handlers.onCue(cue, cue.final && replayed);
        }
        case 'tick':
          return handlers.onTick(message.payload);
        case 'stats':
          return handlers.onStats(message.payload);
        case 'voice':
          return handlers.onVoice(message.payload);
      }
    },
  });
  return {
    listenTo(other) {
      channel = other;
      since = -1;
      replaying = 0;
      subscribe();
    },
  };
}
