import { describe, expect, it } from 'vitest';
import {
  afterLine,
  type Floor,
  handOver,
  nextSpeaker,
  OPENING,
  type Seat,
} from '../../src/personas/turns.js';
import { fc } from '../support/fc.js';

const turns = { calm: 2.5, moment: 0.6, longest: [4, 2] as [number, number] };
const next = (floor: Partial<Floor>, at: number, sceneCut = false) =>
  nextSpeaker({ ...OPENING, ...floor }, { at, sceneCut }, turns);
/** The first has said one ordinary line that left the screen at 10 s. */
const first: Partial<Floor> = { holder: 0, since: 0, lines: 1, quietFrom: 10, importance: 0.3 };
const second: Partial<Floor> = { holder: 1, since: 13, lines: 0, quietFrom: 10, importance: 0 };

describe('who speaks next', () => {
  it.each<[string, Seat, Partial<Floor>, number, boolean?]>([
    ['the first opens', 0, {}, 1],
    ['the first keeps the word while its line is on screen', 0, first, 8],
    ['and for a breath after it', 0, first, 12.4],
    ['a calm spell gives the second the word', 1, first, 12.5],
    ['not in a new scene', 0, first, 12.5, true],
    ['a moment wants twice the calm', 0, { ...first, importance: 0.75 }, 14.9],
    ['which then comes', 1, { ...first, importance: 0.75 }, 15],
    ['a long turn without a moment is passed on without a pause', 1, { ...first, lines: 4 }, 10],
    ['with a moment it is not', 0, { ...first, lines: 4, importance: 0.6 }, 10],
    ['twice a long turn ends all the same', 1, { ...first, lines: 8, importance: 0.6 }, 10],
    ['the second keeps the word for its next line', 1, { ...second, lines: 1, quietFrom: 15 }, 16],
    ['two lines are its turn', 0, { ...second, lines: 2, quietFrom: 17 }, 15],
    ['it hands back when something happens', 0, { ...second, lines: 1, importance: 0.6 }, 14],
    ['it hands back in a new scene', 0, second, 13.5, true],
    ['it has time to think', 1, second, 17.9],
    ['it hands back when it has nothing to add', 0, second, 18],
    [
      'the first hands over again when it finds nothing to say',
      1,
      { holder: 0, since: 20, lines: 0, quietFrom: 17 },
      25,
    ],
  ])('%s', (_, seat, floor, at, sceneCut) => {
    expect(next(floor, at, sceneCut)).toBe(seat);
  });

  it('gives each line to the turn that it belongs to', () => {
    const afterOne = afterLine(OPENING, { seat: 0, end: 3, importance: 0.3 });
    expect(afterOne).toEqual({ holder: 0, since: 0, lines: 1, quietFrom: 3, importance: 0.3 });
    const handed = handOver(afterOne, 1, 6);
    expect(handed).toEqual({ holder: 1, since: 6, lines: 0, quietFrom: 3, importance: 0 });
    expect(handOver(handed, 1, 9)).toBe(handed);
    expect(afterLine(handed, { seat: 0, end: 2, importance: 0.3 }).lines).toBe(0);
  });

  it('never lets the second go on for more than its turn, whatever is said', () => {
    const looks = fc.array(
      fc.record({
        says: fc.boolean(),
        importance: fc.double({ min: 0, max: 1, noNaN: true }),
        cut: fc.boolean(),
      }),
    );
    fc.assert(
      fc.property(looks, (all) => {
        let floor = OPENING;
        let inARow = 0;
        all.forEach(({ says, importance, cut }, at) => {
          const seat = nextSpeaker(floor, { at, sceneCut: cut }, turns);
          floor = handOver(floor, seat, at);
          if (seat === 0) inARow = 0;
          if (!says) return;
          if (seat === 1) inARow += 1;
          floor = afterLine(floor, { seat, end: at + 2, importance });
          expect(inARow).toBeLessThanOrEqual(2);
        });
      }),
    );
  });
});
