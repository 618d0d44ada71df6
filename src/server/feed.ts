import { randomUUID } from 'node:crypto';
import { BoothError } from '../errors.js';
import type { Cue } from '../media/cue.js';
import type { RunStats } from '../media/stats.js';
import type { TickReport } from '../media/tick.js';
import type { Utterance } from '../media/utterance.js';
import { CueHistory } from './history.js';
import {
  type About,
  type ChannelAbout,
  decodeClientMessage,
  type EndPayload,
  encodeMessage,
  PROTOCOL_VERSION,
  type ServerMessage,
  TOPICS,
  type Topic,
} from './protocol.js';
import { CLOSE, type Endpoint, type Refusals, type Subscriber } from './subscriber.js';

/** One channel, as late subscribers need it. */
interface Channel {
  readonly about: ChannelAbout;
  readonly history: CueHistory;
  stats: RunStats | null;
  ended: boolean;
}

/** What a subscriber asked for: nothing, before it has. */
interface Wish {
  readonly channels: ReadonlySet<Channel>;
  readonly topics: ReadonlySet<Topic>;
}

const NOTHING: Wish = { channels: new Set(), topics: new Set() };

export interface FeedOptions {
  readonly about: About;
  readonly channels: readonly ChannelAbout[];
  /** Path of the list of all programmes of the server; `null` where it has a single one. */
  readonly board: string | null;
  /** Cues kept of each channel. */
  readonly history: number;
  readonly maxBufferedBytes: number;
  readonly refusals: Refusals;
}

/**
 * The JSON feed: one run's cues, ticks, figures and voices, channel by channel, to every subscriber.
 * A subscriber is told nothing but `hello` until it subscribes. Replaying and joining happen in one turn of the
 * event loop, so nothing falls between them.
 */
export class Feed implements Endpoint {
  readonly #about: About;
  readonly #channels: readonly [Channel, ...Channel[]];
  readonly #board: string | null;
  readonly #maxBufferedBytes: number;
  readonly #refusals: Refusals;
  readonly #run = randomUUID();
  /** Bound: `server.maxSubscribers`, held by `ws.ts`. */
  readonly #wishes = new Map<Subscriber, Wish>();
  #end: Omit<EndPayload, 'stats'> | null = null;
  #failure: unknown;

  constructor({ about, channels, board, history, maxBufferedBytes, refusals }: FeedOptions) {
    const [first, ...others] = channels.map(
      ({ channel, lang, persona, voice }): Channel => ({
        about: { channel, lang, persona, voice },
        history: new CueHistory(history),
        stats: null,
        ended: false,
      }),
    );
    if (first === undefined) throw new TypeError('a feed has at least one channel');
    this.#channels = [first, ...others];
    this.#about = about;
    this.#board = board;
    this.#maxBufferedBytes = maxBufferedBytes;
    this.#refusals = refusals;
  }

  get size(): number {
    return this.#wishes.size;
  }

  get ended(): boolean {
    return this.#end !== null;
  }

  /** What is on, and the line that was said last, in a few words. */
  summary(): { title: string; langs: readonly string[]; line: string | null } {
    const langs = this.#channels.map(({ about }) => about.lang);
    const line = this.#channels[0].history.finals().at(-1)?.text ?? null;
    return { title: this.#about.title, langs, line };
  }

  /** The kept cues of a channel, of the first by default; `undefined` for none of this server's. */
  historyOf(channel: unknown = this.#channels[0].about.channel): CueHistory | undefined {
    return this.#channels.find(({ about }) => about.channel === channel)?.history;
  }

  joined(subscriber: Subscriber): void {
    this.#wishes.set(subscriber, NOTHING);
    const [{ about, history }] = this.#channels;
    this.#tell(subscriber, {
      type: 'hello',
      payload: {
        protocol: PROTOCOL_VERSION,
        run: this.#run,
        board: this.#board,
        about: { ...this.#about, ...about },
        ...seqsOf(history),
        channels: this.#channels.map(({ about, history }) => ({ ...about, ...seqsOf(history) })),
      },
    });
  }

  left(subscriber: Subscriber): void {
    this.#wishes.delete(subscriber);
  }

  /** A subscription takes the place of the one before. */
  received(subscriber: Subscriber, text: string): void {
    // Else whoever asks for everything again and again, and reads nothing, would have all of it kept for him.
    if (subscriber.bufferedBytes > this.#maxBufferedBytes) {
      this.#dismiss(subscriber);
      return;
    }
    const { channels: names, topics = [...TOPICS], since } = decodeClientMessage(text);
    const channels = names?.map((name) => this.#called(name)) ?? [this.#channels[0]];
    const wish = { channels: new Set(channels), topics: new Set(topics) };
    const replays = [...wish.channels].map(({ history }) =>
      since === undefined || !wish.topics.has('cue') ? { cues: [], missed: 0 } : history.after(since),
    );
    const cues = replays.flatMap((replay) => replay.cues);
    const missed = replays.reduce((sum, replay) => sum + replay.missed, 0);
    const asked = [...wish.channels].map(({ about }) => about.channel);
    this.#wishes.set(subscriber, wish);
    const payload = { channels: asked, topics, replayed: cues.length, missed };
    this.#tell(subscriber, { type: 'subscribed', payload });
    // The replay is no overload of the subscriber's making: it is bounded by the history and not judged.
    for (const cue of cues) this.#tell(subscriber, cueMessage(cue));
    for (const channel of wish.topics.has('stats') ? wish.channels : []) {
      if (channel.stats !== null) this.#tell(subscriber, statsMessage(channel.about, channel.stats));
    }
    if (this.#end !== null) this.#tell(subscriber, endMessage(this.#end, wish));
  }

  cue(cue: Cue): void {
    const channel = this.#called(cue.channel);
    channel.history.put(cue);
    this.#broadcast(channel, 'cue', cueMessage(cue));
  }

  tick(name: string, { pictures, ...report }: TickReport): void {
    this.#broadcast(this.#called(name), 'tick', { type: 'tick', payload: { channel: name, ...report } });
  }

  /** Figures are taken at intervals: the last ones of a run come after its end. */
  stats(name: string, stats: RunStats): void {
    const channel = this.#called(name);
    channel.stats = stats;
    this.#broadcast(channel, 'stats', statsMessage(channel.about, stats));
  }

  voice(utterance: Utterance, url: string): void {
    const { cue, sound, voice, captureToAudioMs } = utterance;
    const { channel, id, seq } = cue;
    const duration = sound.isWhole ? sound.seconds : null;
    const payload = { channel, id, seq, url, duration, voice, captureToAudioMs };
    this.#broadcast(this.#called(channel), 'voice', { type: 'voice', payload });
  }

  /** A channel is over, and the run with the last. Those who subscribe later are told as well. */
  end(name: string, thrown?: unknown): void {
    this.#called(name).ended = true;
    this.#failure ??= thrown;
    if (this.#end !== null || this.#channels.some(({ ended }) => !ended)) return;
    const code = this.#failure instanceof BoothError ? this.#failure.code : null;
    this.#end = { reason: this.#failure === undefined ? 'completed' : 'failed', code };
    for (const [subscriber, wish] of [...this.#wishes]) {
      this.#send(subscriber, encodeMessage(endMessage(this.#end, wish)));
    }
  }

  #called(name: string): Channel {
    const channel = this.#channels.find(({ about }) => about.channel === name);
    if (channel !== undefined) return channel;
    const known = this.#channels.map(({ about }) => about.channel).join(', ');
    throw new BoothError('MESSAGE_INVALID', `There is no such channel; there is ${known}.`);
  }

  #broadcast(channel: Channel, topic: Topic, message: ServerMessage): void {
    const data = encodeMessage(message);
    for (const [subscriber, { channels, topics }] of [...this.#wishes]) {
      if (channels.has(channel) && topics.has(topic)) this.#send(subscriber, data);
    }
  }

  #send(subscriber: Subscriber, data: Buffer): void {
    if (subscriber.bufferedBytes <= this.#maxBufferedBytes) {
      subscriber.send(data, 'text');
    } else {
      this.#dismiss(subscriber);
    }
  }

  #dismiss(subscriber: Subscriber): void {
    this.#refusals.slow += 1;
    subscriber.close(CLOSE.tryAgainLater, 'too slow: come back with since');
  }

  #tell(subscriber: Subscriber, message: ServerMessage): void {
    subscriber.send(encodeMessage(message), 'text');
  }
}

function seqsOf({ lastSeq, oldestSeq }: CueHistory) {
  return { lastSeq, oldestSeq };
}

function cueMessage(cue: Cue): ServerMessage {
  return { type: 'cue', payload: { ...cue } };
}

/** With the figures of the first channel that was asked for. */
function endMessage(end: Omit<EndPayload, 'stats'>, { channels }: Wish): ServerMessage {
  const [first] = channels;
  return { type: 'end', payload: { ...end, stats: first?.stats ?? null } };
}

function statsMessage({ channel }: ChannelAbout, stats: RunStats): ServerMessage {
  return { type: 'stats', payload: { channel, ...stats } };
}
