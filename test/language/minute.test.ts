import { describe, expect, it } from 'vitest';
import { minuteOf } from '../../src/language/minute.js';

describe('minuteOf', () => {
  it.each([
    ['A goal in the 73rd minute!', 73],
    ['We have played 12 minutes.', 12],
    ['Minute 90, and still level.', 90],
    ['The clock says 45:10.', 45],
    ['第73分钟，红队换人。', 73],
  ])('reads %j', (text, minute) => {
    expect(minuteOf(text)).toBe(minute);
  });

  it.each([
    'Five minutes to go.',
    '5 minutes left.',
    '3 minutes of added time.',
    'Minute 400.',
    'Red lead 2–1.',
  ])('reads none in %j', (text) => {
    expect(minuteOf(text)).toBe(null);
  });
});
