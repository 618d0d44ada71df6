import { describe, expect, it } from 'vitest';
import { createPace, type PaceConfig } from '../../src/commentator/pace.js';
import { cue } from '../captions/support.js';
import { fc } from '../support/fc.js';
import { CONFIG, lastForms, line, tell } from './support.js';

const config: PaceConfig = { ...CONFIG, density: 0.6, wordsPerMinute: 180 };
const words = (count: number) => Array(count).fill('word').join(' ');

describe('the pace of the voice', () => {
  it('is what it was set to until somebody has been heard', () => {
    const pace = createPace(config);
    expect(pace.wordsPerMinute()).toBe(180);
    expect(pace.speechTime(words(30))).toBeCloseTo(10);
    expect(createPace({ ...config, lang: 'zh' }).wordsPerMinute()).toBeCloseTo(180);
  });

  it('is measured from what was spoken, the last lines most', () => {
    const pace = createPace(config);
    for (let index = 0; index < 10; index += 1) pace.measure(words(10), 5);
    expect(pace.wordsPerMinute()).toBeCloseTo(120);
    expect(pace.speechTime(words(8))).toBeCloseTo(4);
    for (let index = 0; index < 30; index += 1) pace.measure(words(10), 2.5);
    expect(pace.wordsPerMinute()).toBeGreaterThan(230);
  });

  it('counts characters in Chinese', () => {
    const pace = createPace({ ...config, lang: 'zh' });
    for (let index = 0; index < 10; index += 1) pace.measure('黄队在右路控球，慢慢推进。', 4);
    expect(pace.speechTime('黄队在右路控球，慢慢推进。')).toBeCloseTo(4);
  });

  it('stays between what was heard and what was set, whatever is measured', () => {
    const utterance = fc.tuple(
      fc.integer({ min: 1, max: 40 }),
      fc.double({ min: 0.2, max: 20, noNaN: true }),
    );
    fc.assert(
      fc.property(fc.array(utterance, { minLength: 1, maxLength: 60 }), (heard) => {
        const pace = createPace(config);
        for (const [count, seconds] of heard) pace.measure(words(count), seconds);
        const rates = [180, ...heard.map(([count, seconds]) => (60 * count) / seconds)];
        expect(pace.wordsPerMinute()).toBeGreaterThanOrEqual(Math.min(...rates) - 1e-6);
        expect(pace.wordsPerMinute()).toBeLessThanOrEqual(Math.max(...rates) + 1e-6);
      }),
      { numRuns: 50 },
    );
  });
});

describe('the seconds that the next line has', () => {
  it('follow from the density, so that silences are a human’s', () => {
    const at = (density: number) => createPace({ ...config, density }).lineSeconds(0);
    expect(at(0.6)).toBeCloseTo(2.55);
    expect(at(0.7)).toBeCloseTo(3.97, 1);
    expect(at(0.1)).toBe(2.5);
    expect(at(1)).toBe(CONFIG.maxDuration);
  });

  it('are fewer while the line before is still on', () => {
    const pace = createPace(config);
    pace.note(cue(0, { start: 10, end: 14 }));
    expect(pace.lineSeconds(13)).toBeCloseTo(1.55);
    expect(pace.lineSeconds(11)).toBe(CONFIG.minDuration);
    pace.note(cue(0, { start: 10, end: 10 }));
    expect(pace.lineSeconds(11)).toBeCloseTo(2.55);
  });
});

describe('a line that is spoken', () => {
  const slow = (text: string) => text.split(' ').length / 1.5;

  it('stays on until it has been said, and the next one waits for it', () => {
    const { forms } = tell(
      [line(1, 'Red pass it on to the left.'), line(4, 'Blue win it back.')],
      {},
      { speechTime: slow },
    );
    expect(lastForms(forms).map(({ start, end }) => [start, end])).toEqual([
      [1, 5.667],
      [5.747, 8.414],
    ]);
  });

  it('ends where the voice would need too long for the rest', () => {
    const text =
      'Red win the ball back and go forward. Blue are all at sea here, and nobody goes with him at all.';
    const { forms } = tell([line(1, text)], {}, { speechTime: slow });
    expect(forms.map((form) => form.text)).toEqual(['Red win the ball back and go forward.']);
  });

  it('is dropped as stale where it would wait too long for the voice', () => {
    const { drops } = tell(
      [line(1, 'Red pass it on to the left and to the right.'), line(2, 'Blue win it back.')],
      {},
      { speechTime: slow },
    );
    expect(drops).toEqual(['stale']);
  });
});
