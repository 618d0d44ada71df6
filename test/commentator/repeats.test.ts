import { describe, expect, it } from 'vitest';
import { createRepeats, wordsOf } from '../../src/commentator/repeats.js';

const WINDOW = 30;

/** Says the first line at 0 s, then asks whether the second is a repeat. */
function repeats(first: string, second: string, at: number): boolean {
  const memory = createRepeats(WINDOW);
  memory.note('main-0', first, 0);
  return memory.isRepeat(second, at);
}

describe('a repeat', () => {
  it.each([
    ['Red look for a way through.', 'red look for a way through'],
    ['Red move the ball along the left side.', 'Red now move the ball along the left side.'],
    ['红队在中场传球。', '红队在中场传球了'],
    ["It's Red moving it along on the left.", "It's Red moving it along on the right."],
    ["It's Red on the ball in midfield.", "It's Red on the ball in midfield, patiently."],
    ['现在是红队慢慢推进，中场。', '现在是红队慢慢推进，左路。'],
  ])('%j, then %j', (first, second) => {
    expect(repeats(first, second, 2)).toBe(true);
  });

  it.each([
    ['Red move the ball along the left side.', 'Blue move the ball along the left side.'],
    ['Goal for Red! It is 1-0.', 'Goal for Red! It is 2-0.'],
    ['Goal for Red! One nil.', 'Goal for Red! Two nil.'],
    [
      'It is 2-1 after a good first half for both of them.',
      'It is 1-2 after a good first half for both of them.',
    ],
    ['Shot by Red from the edge of the box.', 'Saved, the shot by Red from the edge of the box.'],
    ['红队在中场传球。', '蓝队在中场传球。'],
    ["It's Red moving it along on the left.", "It's Red with space on the left."],
    ["That's lovely from Smith on the left side again.", "That's lovely from Jones on the left side again."],
    ['王强带球从左路一直往前推进。', '李强带球从左路一直往前推进。'],
  ])('is not %j, then %j', (first, second) => {
    expect(repeats(first, second, 2)).toBe(false);
  });

  it('of ordinary play lasts for the whole window', () => {
    expect(repeats('Red look for a way through.', 'Red look for a way through.', WINDOW)).toBe(true);
    expect(repeats('Red look for a way through.', 'Red look for a way through.', WINDOW + 0.1)).toBe(false);
  });

  it('of an event lasts only for as long as the moment does', () => {
    expect(repeats('Corner for Red.', 'Corner for Red.', 5.9)).toBe(true);
    expect(repeats('Corner for Red.', 'Corner for Red.', 6)).toBe(false);
    expect(repeats('Goal for Red!', 'Goal for Red!', 15)).toBe(true);
  });

  it('is counted from when the line was on, not from when it was thought of', () => {
    const memory = createRepeats(WINDOW);
    memory.note('main-0', 'Red look for a way through.', 0, 1.5);
    expect(memory.isRepeat('Red look for a way through.', WINDOW + 1)).toBe(true);
  });

  it('goes on for as long as the model goes on saying it', () => {
    const memory = createRepeats(WINDOW);
    memory.note('main-0', 'Corner for Red.', 0);
    expect([4, 8, 12, 19].map((at) => memory.isRepeat('Corner for Red.', at))).toEqual([
      true,
      true,
      true,
      false,
    ]);
  });

  it('is heard again once a window even from a stuck model', () => {
    const memory = createRepeats(WINDOW);
    memory.note('main-0', 'Red have the ball.', 0);
    const at = Array.from({ length: 62 }, (_, half) => half / 2 + 0.5);
    expect(at.filter((time) => !memory.isRepeat('Red have the ball.', time))).toEqual([
      WINDOW + 0.5,
      WINDOW + 1,
    ]);
  });

  it('is forgotten with the line that it repeats', () => {
    const memory = createRepeats(WINDOW);
    memory.note('main-0', 'Corner for Red.', 0);
    memory.forget('main-0');
    expect(memory.isRepeat('Corner for Red.', 1)).toBe(false);
  });
});

describe('the beginning of a line', () => {
  it('may become a repeat while it agrees with one, half words included', () => {
    const memory = createRepeats(WINDOW);
    memory.note('main-0', 'Corner for Red.', 0);
    const may = (beginning: string) => memory.mayBecomeRepeat(beginning, 1);
    expect(['Cor', 'Corner f', 'corner for red', 'Corner for Blue', 'Corner for Red now'].map(may)).toEqual([
      true,
      true,
      true,
      false,
      false,
    ]);
  });
});

describe('wordsOf', () => {
  it('splits words, numbers and Chinese characters, without case and punctuation', () => {
    expect(wordsOf("It's 2–1, RED lead!")).toEqual(["it's", '2', '1', 'red', 'lead']);
    expect(wordsOf('红队2比1领先。')).toEqual(['红', '队', '2', '比', '1', '领', '先']);
    expect(wordsOf('Café ｶﾞ １２')).toEqual(['café', 'ガ', '12']);
    expect(wordsOf('…!')).toEqual([]);
  });
});
