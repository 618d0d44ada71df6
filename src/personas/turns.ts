import type { Turns } from './persona.js';

/** Who has the word: 0, the leading speaker, or 1. */
export type Seat = 0 | 1;

/** What the hand-over is decided from. Times are presentation time, seconds. */
export interface Floor {
  readonly holder: Seat;
  /** When the holder got the word. */
  readonly since: number;
  /** Lines that the holder has said since. */
  readonly lines: number;
  /** When the last line leaves the screen. */
  readonly quietFrom: number;
  /** Importance (0–1) of the last line. */
  readonly importance: number;
}

export const OPENING: Floor = { holder: 0, since: 0, lines: 0, quietFrom: 0, importance: 0 };

export interface Line {
  readonly seat: Seat;
  /** When it leaves the screen. */
  readonly end: number;
  /** 0–1. */
  readonly importance: number;
}

/** What the next look sees. */
export interface Ahead {
  readonly at: number;
  readonly sceneCut: boolean;
}

/**
 * Who speaks next. The first says what happens, and passes the word in a calm spell, or, where nothing big is on, after its
 * longest turn. The second passes it back when something happens, when its turn is over, and when it has nothing to add.
 */
export function nextSpeaker(floor: Floor, { at, sceneCut }: Ahead, turns: Turns): Seat {
  const happening = sceneCut || floor.importance >= turns.moment;
  const quiet = at - Math.max(floor.quietFrom, floor.since);
  if (floor.holder === 1) {
    const done = floor.lines >= turns.longest[1] || quiet >= 2 * turns.calm;
    return happening || done ? 0 : 1;
  }
  if (sceneCut) return 0;
  // It has longer where it still has to speak, and where something big wants room.
  const patience = happening || floor.lines === 0 ? 2 : 1;
  return quiet >= patience * turns.calm || floor.lines >= patience * turns.longest[0] ? 1 : 0;
}

/** The floor after the word went to `holder`; the same floor where it stays. */
export function handOver(floor: Floor, holder: Seat, at: number): Floor {
  return holder === floor.holder ? floor : { ...floor, holder, since: at, lines: 0, importance: 0 };
}

/** The floor after a line. Where the other one said it, it changes nothing but the time. */
export function afterLine(floor: Floor, line: Line): Floor {
  const lines = line.seat === floor.holder ? floor.lines + 1 : floor.lines;
  return { ...floor, lines, quietFrom: line.end, importance: line.importance };
}
