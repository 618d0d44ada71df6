import { randomUUID } from 'node:crypto';
import { BoothError } from '../errors.js';
import type { Cue } from '../media/cue.js';
import type { RunStats } from '../media/stats.js';
import type { TickReport } from '../media/tick.js';
import type { Utterance } from '../media/utterance.js';
import { CueHistory } from './history.js';
import {
  type About,
  decodeClientMessage,
  type EndPayload,
  encodeMessage,
  PROTOCOL_VERSION,
  type ServerMessage,
  TOPICS,
  type Topic,
} from './protocol.js';
import { CLOSE, type Endpoint, type Refusals, type Subscriber } from './subscriber.js';

/**
 * The JSON feed: one run's cues, ticks, figures and voice, to every subscriber.
 * A subscriber is told nothing but `hello` until it subscribes. Replaying and joining happen in one turn of the
 * event loop, so nothing falls between them.
 */
export class Feed implements Endpoint {
  readonly history: CueHistory;
  readonly #about: About;
  readonly #maxBufferedBytes: number;
  readonly #refusals: Refusals;
  readonly #run = randomUUID();
  /** Bound: `server.maxSubscribers`, held by `ws.ts`. */
  readonly #topicsOf = new Map<Subscriber, ReadonlySet<Topic>>();
  #stats: RunStats | null = null;
  #end: EndPayload | null = null;

  constructor(options: { about: About; history: number; maxBufferedBytes: number; refusals: Refusals }) {
    this.history = new CueHistory(options.history);
    this.#about = options.about;
    this.#maxBufferedBytes = options.maxBufferedBytes;
    this.#refusals = options.refusals;
  }

  get size(): number {
    return this.#topicsOf.size;
  }

  get ended(): boolean {
    return this.#end !== null;
  }

  joined(subscriber: Subscriber): void {
    this.#topicsOf.set(subscriber, new Set());
    const { lastSeq, oldestSeq } = this.history;
    this.#tell(subscriber, {
      type: 'hello',
      payload: { protocol: PROTOCOL_VERSION, run: this.#run, about: this.#about, lastSeq, oldestSeq },
    });
  }

  left(subscriber: Subscriber): void {
    this.#topicsOf.delete(subscriber);
  }

  received(subscriber: Subscriber, text: string): void {
    const { channels = [], topics = [...TOPICS], since } = decodeClientMessage(text);
    const unknown = channels.find((channel) => channel !== this.#about.channel);
    if (unknown !== undefined) {
      throw new BoothError('MESSAGE_INVALID', `There is no such channel; this is ${this.#about.channel}.`);
    }
    const wanted = new Set(topics);
    const { cues, missed } =
      since === undefined || !wanted.has('cue') ? { cues: [], missed: 0 } : this.history.after(since);
    this.#topicsOf.set(subscriber, wanted);
    this.#tell(subscriber, { type: 'subscribed', payload: { topics, replayed: cues.length, missed } });
    // The replay is no overload of the subscriber's making: it is bounded by the history and not judged.
    for (const cue of cues) this.#tell(subscriber, cueMessage(cue));
    if (this.#stats !== null && wanted.has('stats')) this.#tell(subscriber, statsMessage(this.#stats));
    if (this.#end !== null) this.#tell(subscriber, { type: 'end', payload: this.#end });
  }

  cue(cue: Cue): void {
    this.history.put(cue);
    this.#broadcast('cue', cueMessage(cue));
  }

  tick({ pictures, ...payload }: TickReport): void {
    this.#broadcast('tick', { type: 'tick', payload });
  }

  stats(stats: RunStats): void {
    this.#stats = stats;
    // Figures are taken at intervals: the last ones of a run come after its end.
    if (this.#end !== null) this.#end = { ...this.#end, stats };
    this.#broadcast('stats', statsMessage(stats));
  }

  voice(utterance: Utterance, url: string): void {
    const { cue, duration, voice, captureToAudioMs } = utterance;
    const payload = { id: cue.id, seq: cue.seq, url, duration, voice, captureToAudioMs };
    this.#broadcast('voice', { type: 'voice', payload });
  }

  /** The run is over. Those who subscribe later are told as well. Only the first call counts. */
  end(thrown?: unknown): void {
    if (this.#end !== null) return;
    const code = thrown instanceof BoothError ? thrown.code : null;
    this.#end = { reason: thrown === undefined ? 'completed' : 'failed', code, stats: this.#stats };
    this.#broadcast(null, { type: 'end', payload: this.#end });
  }

  /** To everyone who wants the topic; `null` is for everyone. */
  #broadcast(topic: Topic | null, message: ServerMessage): void {
    const data = encodeMessage(message);
    for (const [subscriber, topics] of [...this.#topicsOf]) {
      if (topic !== null && !topics.has(topic)) continue;
      if (subscriber.bufferedBytes > this.#maxBufferedBytes) {
        this.#refusals.slow += 1;
        subscriber.close(CLOSE.tryAgainLater, 'too slow: come back with since');
      } else {
        subscriber.send(data, 'text');
      }
    }
  }

  #tell(subscriber: Subscriber, message: ServerMessage): void {
    subscriber.send(encodeMessage(message), 'text');
  }
}

function cueMessage(cue: Cue): ServerMessage {
  return { type: 'cue', payload: { ...cue } };
}

function statsMessage(stats: RunStats): ServerMessage {
  return { type: 'stats', payload: { ...stats } };
}
