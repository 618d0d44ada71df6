import { isDeepStrictEqual } from 'node:util';
import type { OnLine, SessionLine } from './schema.js';

/** The lines that follow from the others: a replay writes them anew. */
const DECIDED = ['look', 'remark', 'cue', 'drop', 'ended'] as const;
export type Decided = Extract<SessionLine, { kind: (typeof DECIDED)[number] }>;

/** Where a replay first differs from its recording. */
export interface Difference {
  /** Line of the session, from 1. */
  readonly line: number;
  readonly channel: string;
  /** `null` where one of the two has nothing more. */
  readonly recorded: Decided | null;
  readonly replayed: Decided | null;
}

/**
 * Holds what a replay decides against what was recorded, in order and channel by channel, up to the first difference. Bound: what one
 * recorded line causes.
 */
export class Comparison {
  readonly #waiting = new Map<string, Decided[]>();
  #difference: Difference | null = null;
  /** The header was the first. */
  #line = 1;

  /** Where the replay of a channel tells what it decides. */
  listenTo(channel: string): OnLine {
    const waiting: Decided[] = [];
    this.#waiting.set(channel, waiting);
    return (line) => {
      if (this.#difference === null && isDecided(line)) waiting.push(line);
    };
  }

  /** Takes the next recorded line, after the replay has heard it. */
  recorded(line: SessionLine): void {
    this.#line += 1;
    if (this.#difference !== null || !isDecided(line)) return;
    const channel = channelOf(line);
    const replayed = this.#waiting.get(channel)?.shift() ?? null;
    if (replayed !== null && isDeepStrictEqual(asWritten(replayed), line)) return;
    this.#difference = { line: this.#line, channel, recorded: line, replayed };
  }

  /** The first difference; what is left over is none where the recording was cut off. */
  end(complete: boolean): Difference | null {
    const [left] = [...this.#waiting].filter(([, waiting]) => waiting.length > 0);
    if (this.#difference === null && complete && left !== undefined) {
      const [channel, [replayed = null]] = left;
      this.#difference = { line: this.#line, channel, recorded: null, replayed };
    }
    return this.#difference;
  }
}

function isDecided(line: SessionLine): line is Decided {
  return DECIDED.some((kind) => kind === line.kind);
}

function channelOf(line: Decided): string {
  return line.kind === 'cue' ? line.cue.channel : line.channel;
}

/** As it would come back from a file. */
function asWritten(line: Decided): unknown {
  return JSON.parse(JSON.stringify(line));
}
